#include "feel/types.h"

#include "feel/wording.h"

namespace dandang::feel {

TypePtr Type::of(Kind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

TypePtr Type::list_of(TypePtr element) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kList;
  type->element = std::move(element);
  return type;
}

TypePtr Type::entity(std::string name) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kEntity;
  type->name = std::move(name);
  return type;
}

TypePtr Type::code(std::string code_list) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kString;
  type->name = std::move(code_list);
  return type;
}

TypePtr Type::context(std::vector<std::pair<std::string, TypePtr>> members) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kContext;
  type->members = std::move(members);
  return type;
}

TypePtr Type::function(std::vector<std::pair<std::string, TypePtr>> parameters, TypePtr result) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kFunction;
  type->members = std::move(parameters);
  type->result = std::move(result);
  return type;
}

TypePtr Type::of_builtin(BasicType type) {
  switch (type) {
    case BasicType::kAny:
      return any();
    case BasicType::kBoolean:
      return of(Kind::kBoolean);
    case BasicType::kNumber:
      return of(Kind::kNumber);
    case BasicType::kString:
      return of(Kind::kString);
    case BasicType::kDate:
      return of(Kind::kDate);
    case BasicType::kMonthsDuration:
      return of(Kind::kMonthsDuration);
    case BasicType::kDaysDuration:
      return of(Kind::kDaysDuration);
    case BasicType::kList:
      return list_of(any());
    case BasicType::kContext:
      return context({});
    case BasicType::kRange:
      return of(Kind::kRange);
    case BasicType::kFunction:
      return of(Kind::kFunction);
    case BasicType::kTime:
      return of(Kind::kTime);
    case BasicType::kDateTime:
      return of(Kind::kDateTime);
  }
  return any();
}

Text Type::describe() const {
  switch (kind) {
    case Kind::kAny:
      return {"任意值", "any value"};
    case Kind::kNull:
      return {"空值", "null"};
    case Kind::kBoolean:
      return {"是否值", "yes-or-no value"};
    case Kind::kNumber:
      return {"数字", "number"};
    case Kind::kString:
      return name.empty() ? Text{"文字", "text"} : worded("“%”代码", "code of %", {name});
    case Kind::kDate:
      return {"日期", "date"};
    case Kind::kMonthsDuration:
      return {"年月时长", "years-and-months duration"};
    case Kind::kDaysDuration:
      return {"日时长", "days duration"};
    case Kind::kList:
      return {"列表", "list"};
    case Kind::kContext:
      return {"组合值", "context"};
    case Kind::kRange:
      return {"区间", "range"};
    case Kind::kFunction:
      return {"函数", "function"};
    case Kind::kEntity:
      return worded("“%”记录", "record of %", {name});
    case Kind::kTime:
      return {"时刻", "time"};
    case Kind::kDateTime:
      return {"日期时间", "date and time"};
  }
  return {};
}

}  // namespace dandang::feel
