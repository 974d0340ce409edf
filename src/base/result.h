#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"

namespace dandang {

// Who must act decides the form (docs/architecture.md): a bug stops the process (DD_VERIFY), an
// operation that failed is a Result, an author's text that is wrong is a list of Diagnostics, and a
// legal outcome is data.
enum class ErrorCode {
  kBadUsage,  // the command line
  kBadInput,  // a file or a value that cannot be used
  kNotFound,
  kExists,
  kConflict,
  kLimit,  // a stated bound was passed
  kIo,
  kUnsoundStore,
};

// What went wrong, where, and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::kBadInput;
  Text what;
  std::string where;
  Text hint;

  // "what, where, what to do", as the command prints it.
  std::string to_string(Language language) const {
    std::string out = what.in(language);
    const char* comma = language == Language::kEnglish ? ", " : "，";
    if (!where.empty()) out += comma + where;
    if (!hint.empty()) out += comma + hint.in(language);
    return out;
  }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace dandang

// A bug of ours: say where and stop. Never for what a user can cause.
#define DD_VERIFY(condition)                                                           \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      std::fprintf(stderr, "dandang: internal error, %s:%d: %s\n", __FILE__, __LINE__, \
                   #condition);                                                        \
      std::abort();                                                                    \
    }                                                                                  \
  } while (false)

#define DD_RETURN_IF_ERROR(expression)                                                   \
  do {                                                                                   \
    if (auto dd_status = (expression); !dd_status.has_value()) return dd_status.error(); \
  } while (false)

#define DD_CONCAT_INNER(a, b) a##b
#define DD_CONCAT(a, b) DD_CONCAT_INNER(a, b)
// DD_ASSIGN_OR_RETURN(auto x, f()): the value, or return f's error to the caller.
#define DD_ASSIGN_OR_RETURN(target, expression) \
  DD_ASSIGN_OR_RETURN_INNER(DD_CONCAT(dd_result_, __LINE__), target, expression)
#define DD_ASSIGN_OR_RETURN_INNER(temporary, target, expression) \
  auto temporary = (expression);                                 \
  if (!temporary.has_value()) return temporary.error();          \
  target = std::move(temporary).value()
