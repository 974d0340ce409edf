#include "policy/reader.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "feel/parser.h"
#include "policy/block_reader.h"
#include "policy/declarations.h"
#include "policy/markdown.h"
#include "policy/procedure_block.h"

namespace dandang::policy {
namespace fs = std::filesystem;

namespace {

Result<std::string> read_file(const fs::path& path, const ReadLimits& limits) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  if (code) {
    return Error{ErrorCode::kIo, {"读不了文件", "cannot read the file"}, path.string(), {}};
  }
  if (size > limits.file_bytes) {
    return Error{ErrorCode::kLimit,
                 {"文件超过 " + std::to_string(limits.file_bytes) + " 字节",
                  "the file is larger than " + std::to_string(limits.file_bytes) + " bytes"},
                 path.string(),
                 {"把它分成几个文件", "split it"}};
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool is_package_file(const fs::path& path) {
  return path.filename() == "policy.yaml" || path.extension() == ".md";
}

Result<void> read_package(const fs::path& folder, const ReadLimits& limits,
                          std::vector<SourceFile>& files) {
  std::error_code code;
  for (auto it = fs::recursive_directory_iterator(folder, code);
       !code && it != fs::recursive_directory_iterator(); it.increment(code)) {
    if (!it->is_regular_file() || !is_package_file(it->path())) continue;
    if (files.size() >= limits.files) {
      return Error{ErrorCode::kLimit,
                   {"政策包文件超过 " + std::to_string(limits.files) + " 个",
                    "more than " + std::to_string(limits.files) + " package files"},
                   folder.string(),
                   {}};
    }
    DD_ASSIGN_OR_RETURN(std::string content, read_file(it->path(), limits));
    const fs::path relative = folder.filename() / fs::relative(it->path(), folder, code);
    files.push_back({relative.generic_string(), std::move(content)});
  }
  return {};
}

std::vector<std::string> uses_of(const fs::path& folder) {
  Diagnostics ignored;
  const auto text = read_file(folder / "policy.yaml", {});
  if (!text.has_value()) return {};
  const YamlNode node = parse_yaml(*text, "policy.yaml", 1, ignored);
  const YamlNode* uses = node.find("uses");
  return uses == nullptr ? std::vector<std::string>() : read_list(*uses);
}

}  // namespace

Result<std::vector<SourceFile>> read_package_files(const std::string& path,
                                                   const ReadLimits& limits) {
  std::error_code code;
  const fs::path root = fs::weakly_canonical(path, code);
  if (!fs::is_directory(root, code)) {
    return Error{ErrorCode::kNotFound,
                 {"没有这个政策包文件夹", "there is no such folder of packages"},
                 path,
                 {"给出 policies 文件夹，或者其中一个政策包的文件夹",
                  "give the policies folder, or the folder of one package"}};
  }
  std::vector<fs::path> folders;
  if (fs::exists(root / "policy.yaml", code)) {
    // One package: with what it uses, at any depth.
    folders.push_back(root);
    for (size_t i = 0; i < folders.size(); ++i) {
      for (const std::string& used : uses_of(folders[i])) {
        const fs::path folder = root.parent_path() / used;
        if (std::find(folders.begin(), folders.end(), folder) == folders.end() &&
            fs::exists(folder / "policy.yaml", code)) {
          folders.push_back(folder);
        }
      }
    }
  } else {
    for (const auto& entry : fs::directory_iterator(root, code)) {
      if (fs::exists(entry.path() / "policy.yaml", code)) folders.push_back(entry.path());
    }
  }
  if (folders.empty()) {
    return Error{ErrorCode::kNotFound,
                 {"文件夹里没有政策包（缺 policy.yaml）", "no package here (no policy.yaml)"},
                 path,
                 {"给出 policies 文件夹", "give the policies folder"}};
  }
  std::vector<SourceFile> files;
  for (const fs::path& folder : folders) DD_RETURN_IF_ERROR(read_package(folder, limits, files));
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string digest_of(const std::vector<SourceFile>& files) {
  std::string joined;
  for (const SourceFile& file : files) {
    joined += std::to_string(file.path.size()) + ":" + file.path +
              std::to_string(file.content.size()) + ":" + file.content;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  DD_VERIFY(
      EVP_Digest(joined.data(), joined.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

namespace {

class Reader {
 public:
  Reader(PolicySet& set, Diagnostics& diagnostics) : set_(set), diagnostics_(diagnostics) {}

  void manifest(const SourceFile& file, const std::string& id) {
    const YamlNode node = parse_yaml(file.content, file.path, 1, diagnostics_);
    BlockReader reader(node, "policy.yaml", diagnostics_);
    Package package;
    package.id = id;
    package.place = {file.path, 1, 1};
    package.prefix = reader.text("prefix");
    package.title = reader.words("title");
    if (package.title.empty()) reader.missing("title");
    package.issuer = reader.words("issuer");
    package.document_number = reader.text("document");
    package.applies_to = reader.words("applies_to");
    package.uses = reader.list("uses");
    const std::string count = reader.text("clauses");
    if (const auto number = Decimal::parse(count); number && number->to_int64()) {
      package.clause_count = static_cast<int>(*number->to_int64());
    }
    package.complete = reader.flag("complete", true);
    package.validity = reader.in_force();
    if (const YamlNode* reports = reader.find("reports")) {
      package.breakdown = breakdown(*reports);
    }
    reader.text("note");
    reader.finish();
    for (const Package& other : set_.packages) {
      const bool same =
          other.id == id || (!package.prefix.empty() && other.prefix == package.prefix);
      if (same && overlap(other.validity, package.validity)) {
        diagnostics_.error(
            "two-versions", package.place,
            {"政策包 " + id + " 与 " + other.id + " 编号前缀相同，同一天都有效",
             "packages " + id + " and " + other.id +
                 " share a prefix and are in force on the same day"},
            {"给旧版写 in_force.to，给新版写 in_force.from",
             "close the older one with in_force.to, open the newer with in_force.from"});
      }
    }
    set_.packages.push_back(std::move(package));
  }

  void clause_file(const SourceFile& file, Package& package) {
    const MarkdownFile markdown = parse_markdown(file.content, file.path, diagnostics_);
    Clause clause;
    clause.file = file.path;
    if (markdown.front_matter.empty()) {
      diagnostics_.error(
          "front-matter", {file.path, 1, 1}, {"文件缺少文件头", "the file has no front matter"},
          {"文件开头写 ---、clause: …、title: …、---", "begin with ---, clause: …, title: …, ---"});
    } else {
      const YamlNode node =
          parse_yaml(markdown.front_matter, file.path, markdown.front_matter_line, diagnostics_);
      BlockReader reader(node, "front matter", diagnostics_);
      clause.id = reader.required_text("clause");
      clause.title = reader.words("title");
      if (clause.title.empty()) reader.missing("title");
      clause.mechanism = reader.text("mechanism");
      reader.finish();
      if (!package.prefix.empty() && clause.id.starts_with(package.prefix)) {
        const auto number = Decimal::parse(clause.id.substr(package.prefix.size()));
        if (number && number->to_int64()) clause.number = static_cast<int>(*number->to_int64());
      }
    }
    for (const std::string& paragraph : markdown.paragraphs) {
      const bool chinese = std::any_of(paragraph.begin(), paragraph.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0xE4;
      });
      (chinese ? clause.sense_zh : clause.sense_en).push_back(paragraph);
    }
    const DeclarationContext context{package.id, clause.id, set_, diagnostics_};
    for (const FencedBlock& block : markdown.blocks) read_block(context, block);
    package.clauses.push_back(std::move(clause));
  }

 private:
  Breakdown breakdown(const YamlNode& node) {
    BlockReader reader(node, "reports", diagnostics_);
    Breakdown out;
    out.place = reader.place();
    out.of = reader.required_text("of");
    out.by = reader.formula("by");
    if (!out.by.written()) reader.missing("by");
    out.unit = reader.formula("unit");
    out.label = reader.words("label");
    reader.finish();
    return out;
  }

  static bool overlap(const Validity& a, const Validity& b) {
    return (!a.to || !b.from || *b.from <= *a.to) && (!b.to || !a.from || *a.from <= *b.to);
  }

  PolicySet& set_;
  Diagnostics& diagnostics_;
};

void check_clause_files(const PolicySet& set, Diagnostics& diagnostics) {
  for (const Package& package : set.packages) {
    std::vector<std::string> missing;
    for (int number = 1; number <= package.clause_count; ++number) {
      const bool found = std::any_of(package.clauses.begin(), package.clauses.end(),
                                     [&](const Clause& c) { return c.number == number; });
      if (!found) missing.push_back(package.prefix + std::to_string(number));
    }
    if (missing.empty()) continue;
    const Text message{"还没有文件的条款：" + join(missing, "、"),
                       "clauses without a file: " + join(missing, ", ")};
    const Text hint{"在 " + package.id + "/clauses/ 下各写一个文件",
                    "write a file for each in " + package.id + "/clauses/"};
    if (package.complete) {
      diagnostics.error("missing-clause", package.place, message, hint);
    } else {
      diagnostics.warning("missing-clause", package.place, message, hint);
    }
  }
}

}  // namespace

PolicySet read_packages(const std::vector<SourceFile>& files, Diagnostics& diagnostics) {
  PolicySet set;
  Reader reader(set, diagnostics);
  const auto package_of = [](const SourceFile& file) {
    return file.path.substr(0, file.path.find('/'));
  };
  for (const SourceFile& file : files) {
    if (file.path == package_of(file) + "/policy.yaml") reader.manifest(file, package_of(file));
  }
  for (const SourceFile& file : files) {
    if (!file.path.ends_with(".md") || !contains(file.path, "/clauses/")) continue;
    for (Package& package : set.packages) {
      if (package.id == package_of(file)) reader.clause_file(file, package);
    }
  }
  for (const Package& package : set.packages) {
    for (const std::string& used : package.uses) {
      if (set.find_package(used) != nullptr) continue;
      diagnostics.error(
          "missing-package", package.place,
          {"找不到依靠的政策包 " + used, "the package " + used + " it uses is not here"},
          {"检查 policy.yaml 的 uses", "check \"uses\" in policy.yaml"});
    }
  }
  check_clause_files(set, diagnostics);
  add_state_fields(set, diagnostics);
  return set;
}

const Package* PolicySet::find_package(std::string_view id) const {
  for (const Package& package : packages) {
    if (package.id == id) return &package;
  }
  return nullptr;
}

const Clause* PolicySet::find_clause(std::string_view id) const {
  for (const Package& package : packages) {
    for (const Clause& clause : package.clauses) {
      if (clause.id == id) return &clause;
    }
  }
  return nullptr;
}

namespace {

template <typename T>
const T* find_named(const std::vector<T>& items, std::string_view name) {
  const auto at =
      std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  return at == items.end() ? nullptr : &*at;
}

}  // namespace

const Procedure* PolicySet::find_procedure(std::string_view name) const {
  return find_named(procedures, name);
}

const ListDeclaration* PolicySet::find_list(std::string_view name) const {
  return find_named(lists, name);
}

const DocumentDeclaration* PolicySet::find_document(std::string_view name) const {
  return find_named(documents, name);
}

const Role* PolicySet::find_role(std::string_view package, std::string_view name) const {
  const Role* found = nullptr;
  for (const Role& role : roles) {
    if (role.name != name || !in_view(package, role.package)) continue;
    if (found == nullptr || role.package == package) found = &role;
  }
  return found;
}

const Role* Procedure::find_role(std::string_view role) const {
  return find_named(roles, role);
}

const Transition* Procedure::find_transition(std::string_view transition) const {
  return find_named(transitions, transition);
}

const CaseState* Procedure::find_state(std::string_view state_name) const {
  return find_named(states, state_name);
}

const record::RecordType* person_type(const record::Catalogue& catalogue) {
  for (const record::RecordType& type : catalogue.types) {
    if (type.key.size() != 1) continue;
    const record::Field* key = type.find_field(type.key[0]);
    if (key != nullptr && key->kind == record::FieldKind::kIdentityNumber) return &type;
  }
  return nullptr;
}

bool PolicySet::in_view(std::string_view package, std::string_view other) const {
  if (package == other) return true;
  const Package* from = find_package(package);
  if (from == nullptr) return false;
  return std::find(from->uses.begin(), from->uses.end(), other) != from->uses.end();
}

const char* force_word(Force force, Language language) {
  const bool zh = language == Language::kChinese;
  switch (force) {
    case Force::kMust:
      return zh ? "应当" : "must";
    case Force::kMay:
      return zh ? "可以" : "may";
    case Force::kEncourages:
      return zh ? "鼓励" : "encouraged";
    case Force::kOrients:
      return zh ? "导向" : "orientation";
    case Force::kForbids:
      return zh ? "禁止" : "forbidden";
  }
  return "";
}

const char* source_word(ParameterSource source, Language language) {
  const bool zh = language == Language::kChinese;
  switch (source) {
    case ParameterSource::kText:
      return zh ? "文件原定" : "stated in the document";
    case ParameterSource::kLaw:
      return zh ? "法规规定" : "national law";
    case ParameterSource::kLocal:
      return zh ? "本地设定" : "set by the authority";
    case ParameterSource::kReading:
      return zh ? "本系统的理解" : "our reading";
  }
  return "";
}

}  // namespace dandang::policy
