#include "app/store_choice.h"

namespace dandang::app {

Result<StoreChoice> store_choice(const Arguments& arguments) {
  const std::string store = arguments.has("--store") ? arguments.value("--store") : "sqlite";
  StoreChoice choice;
  if (store != "sqlite") choice.address = store;
  choice.region = arguments.value("--region");
  const std::string hash = arguments.has("--hash") ? arguments.value("--hash") : "sha256";
  if (hash == "sm3") choice.hash = ledger::HashKind::kSm3;
  if (hash != "sha256" && hash != "sm3") {
    return Error{ErrorCode::kBadUsage,
                 {"账本的杂凑算法只能是 sha256 或 sm3", "a ledger's hash is sha256 or sm3"},
                 hash,
                 {"例如 --hash sm3；以后不能改", "for example --hash sm3; it cannot be changed"}};
  }
  if (store != "sqlite" && !store.starts_with("postgresql://")) {
    return Error{ErrorCode::kBadUsage,
                 {"存储只能是 sqlite 或 postgresql:// 开头的地址",
                  "a store is sqlite or an address that begins with postgresql://"},
                 store,
                 {"例如 --store postgresql://dandang@db.example/dandang",
                  "for example --store postgresql://dandang@db.example/dandang"}};
  }
  if (choice.address.empty() && !choice.region.empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"--region 只用于 PostgreSQL", "--region is for PostgreSQL only"},
                 choice.region,
                 {"去掉 --region，或加 --store postgresql://…",
                  "leave --region out, or add --store postgresql://…"}};
  }
  return choice;
}

}  // namespace dandang::app
