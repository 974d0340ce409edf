#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/text.h"
#include "format/cell_value.h"
#include "format/file_io.h"
#include "format/package.h"
#include "format/workbook.h"
#include "format/workbook_errors.h"
#include "format/xml_edit.h"
#include "format/xml_parser.h"

// A note is three things in a workbook: a <comment> in the sheet's comments part, a shape in its
// VML drawing, and relationships and content types that lead to both (ECMA-376 part 1, 18.7; part
// 4, 8.1).
namespace dandang::format {
namespace {

constexpr std::string_view kAuthor = "担当";
constexpr size_t kMaxNoteCodePoints = 32'000;  // Excel holds 32,767 UTF-16 units a comment
constexpr uint32_t kMaxRow = 1u << 20;
constexpr uint32_t kMaxColumn = 1u << 14;
constexpr uint32_t kShapesPerCluster = 1023;  // shape ids come in blocks of 1,024, by o:idmap

constexpr std::string_view kCommentsType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
constexpr std::string_view kVmlType = "application/vnd.openxmlformats-officedocument.vmlDrawing";
constexpr std::string_view kXmlHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

// Namespaces differ between transitional and strict workbooks; a new part follows its sheet.
struct Dialect {
  std::string_view main;
  std::string_view relationships;
};
constexpr Dialect kTransitional{
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"};
constexpr Dialect kStrict{"http://purl.oclc.org/ooxml/spreadsheetml/main",
                          "http://purl.oclc.org/ooxml/officeDocument/relationships"};

using CellNotes = std::map<std::pair<uint32_t, uint32_t>, std::string>;  // by row and column

// The parts of a package with the changed and the new ones on top.
class PackageEditor {
 public:
  explicit PackageEditor(ZipArchive& archive) : archive_(archive) {}

  const std::string& file() const { return archive_.file(); }
  const Limits& limits() const { return archive_.limits(); }
  bool has(const std::string& part) const {
    return changed_.contains(key(part)) || archive_.find(part).has_value();
  }
  Result<std::string> content(const std::string& part) {
    if (const auto it = changed_.find(key(part)); it != changed_.end()) return it->second;
    const auto index = archive_.find(part);
    if (!index) return missing_part(file(), part);
    return archive_.read_all(*index);
  }
  Result<std::vector<XmlElement>> outline(const std::string& text, const std::string& part,
                                          uint32_t depth_max) const {
    return outline_xml(text, part, file(), limits(), depth_max);
  }
  void set(const std::string& part, std::string text) { changed_[key(part)] = std::move(text); }
  // "xl/comments3.xml": the first number that is free.
  std::string free_name(std::string_view before, std::string_view after) const {
    for (uint32_t number = 1;; ++number) {
      std::string name = fmt::format("{}{}{}", before, number, after);
      if (!has(name)) return name;
    }
  }
  // Names of all VML drawings, old and new.
  std::set<std::string> vml_parts() const {
    std::set<std::string> out;
    for (uint64_t part = 0; part < archive_.part_count(); ++part) {
      if (to_upper_ascii(archive_.name(part)).ends_with(".VML")) out.insert(archive_.name(part));
    }
    for (const auto& [name, text] : changed_) {
      if (name.ends_with(".vml")) out.insert(name);
    }
    return out;
  }

  Result<std::string> packed(std::string_view original) const;

 private:
  // A part's name as the archive spells it: relationships may differ in case.
  std::string key(const std::string& part) const {
    const auto index = archive_.find(part);
    return index ? archive_.name(*index) : part;
  }

  ZipArchive& archive_;
  std::map<std::string, std::string> changed_;
};

struct ZipDiscard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

// libzip copies the parts that are not replaced as they lie in the file, packed bytes and dates.
Result<std::string> PackageEditor::packed(std::string_view original) const {
  zip_source_t* opened = nullptr;
  DD_ASSIGN_OR_RETURN(zip_t* const handle, open_zip(original, file(), ZipBytes::kCopied, &opened));
  std::unique_ptr<zip_t, ZipDiscard> zip(handle);
  zip_source_keep(opened);  // the result is read from it after zip_close has given up its own hold
  const std::unique_ptr<zip_source_t, SourceFree> source(opened);
  const auto failed = [&] {
    return Error{ErrorCode::kIo,
                 {fmt::format("无法写入工作簿（{}）", zip_strerror(zip.get())),
                  fmt::format("cannot pack the workbook ({})", zip_strerror(zip.get()))},
                 file(),
                 {}};
  };
  for (const auto& [name, text] : changed_) {
    zip_source_t* const part = zip_source_buffer(zip.get(), text.data(), text.size(), 0);
    if (part == nullptr) return failed();
    zip_int64_t index = 0;
    if (const auto existing = archive_.find(name)) {
      index = static_cast<zip_int64_t>(*existing);
      if (zip_file_replace(zip.get(), *existing, part, 0) != 0) {
        zip_source_free(part);
        return failed();
      }
    } else {
      index = zip_file_add(zip.get(), name.c_str(), part, ZIP_FL_ENC_UTF_8);
      if (index < 0) {
        zip_source_free(part);
        return failed();
      }
    }
    // 1980-01-01 00:00, the first moment a zip knows: same input, same bytes.
    constexpr zip_uint16_t kDosDate = 0x21;
    const auto place = static_cast<zip_uint64_t>(index);
    if (zip_set_file_compression(zip.get(), place, ZIP_CM_DEFLATE, 0) != 0 ||
        zip_file_set_dostime(zip.get(), place, 0, kDosDate, 0) != 0) {
      return failed();
    }
  }
  if (zip_close(zip.get()) != 0) return failed();
  (void)zip.release();

  zip_stat_t stat;
  zip_stat_init(&stat);
  std::string out;
  const auto unreadable = [&] {
    const std::string reason = zip_error_strerror(zip_source_error(source.get()));
    return Error{ErrorCode::kIo,
                 {fmt::format("无法写入工作簿（{}）", reason),
                  fmt::format("cannot pack the workbook ({})", reason)},
                 file(),
                 {}};
  };
  if (zip_source_stat(source.get(), &stat) != 0 || zip_source_open(source.get()) != 0) {
    return unreadable();
  }
  out.resize(stat.size);
  size_t filled = 0;
  while (filled < out.size()) {
    const zip_int64_t got = zip_source_read(source.get(), out.data() + filled, out.size() - filled);
    if (got <= 0) break;
    filled += static_cast<size_t>(got);
  }
  zip_source_close(source.get());
  if (filled != out.size()) return unreadable();
  return out;
}

// Where <legacyDrawing> belongs in a sheet, and the one there already.
class SheetHandler : public XmlHandler {
 public:
  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    ++depth_;
    if (depth_ == 1) {
      if (name != "worksheet") {
        parser().fail_damaged({"根元素不是 worksheet", "its root is not worksheet"});
        return;
      }
      const std::string_view qualified = parser().qualified_name();
      prefix = qualified.substr(0, qualified.size() - name.size());
      attributes.for_each([&](std::string_view key, std::string_view value) {
        if (key.starts_with("xmlns")) namespaces.emplace_back(key, value);
      });
    } else if (depth_ == 2) {
      in_alternatives_ = name == "AlternateContent";
      comes_before_ = precedes_legacy_drawing(name);
      if (name == "legacyDrawing") legacy_drawing = attributes.get("id");
    } else if (depth_ == 4 && in_alternatives_ && precedes_legacy_drawing(name)) {
      comes_before_ = true;
    }
  }
  void end_element(std::string_view) override {
    if (depth_-- == 2 && comes_before_) insert_at = parser().tag_end();
  }

  std::string prefix;
  std::vector<std::pair<std::string, std::string>> namespaces;
  std::optional<std::string> legacy_drawing;  // its relationship
  uint64_t insert_at = 0;                     // 0: nothing that a sheet must have is there

 private:
  // The sequence of CT_Worksheet (18.3.1.99) down to drawing.
  static bool precedes_legacy_drawing(std::string_view name) {
    static const std::set<std::string_view> kBefore = {"sheetPr",
                                                       "dimension",
                                                       "sheetViews",
                                                       "sheetFormatPr",
                                                       "cols",
                                                       "sheetData",
                                                       "sheetCalcPr",
                                                       "sheetProtection",
                                                       "protectedRanges",
                                                       "scenarios",
                                                       "autoFilter",
                                                       "sortState",
                                                       "dataConsolidate",
                                                       "mergeCells",
                                                       "customSheetViews",
                                                       "phoneticPr",
                                                       "hyperlinks",
                                                       "printOptions",
                                                       "dataValidations",
                                                       "conditionalFormatting",
                                                       "pageMargins",
                                                       "pageSetup",
                                                       "headerFooter",
                                                       "rowBreaks",
                                                       "colBreaks",
                                                       "cellWatches",
                                                       "customProperties",
                                                       "ignoredErrors",
                                                       "smartTags",
                                                       "drawing"};
    return kBefore.contains(name);
  }

  int depth_ = 0;
  bool in_alternatives_ = false;
  bool comes_before_ = false;
};

// The relationships of one part, to be read and added to.
class RelationshipsEditor {
 public:
  static Result<RelationshipsEditor> open(PackageEditor& package, const std::string& part,
                                          const Dialect& dialect) {
    RelationshipsEditor out(package, part, dialect);
    const std::string name = relationships_part(part);
    if (package.has(name)) {
      DD_ASSIGN_OR_RETURN(out.text_, package.content(name));
    } else {
      out.text_ = fmt::format(
          "{}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
          "</Relationships>",
          kXmlHead);
    }
    DD_ASSIGN_OR_RETURN(out.elements_, package.outline(out.text_, name, 2));
    return out;
  }

  // The target of a relationship with this last word of its type, or with this id.
  std::optional<std::string> target_of_type(std::string_view last_word) const {
    return target([&](const XmlElement& element) {
      return Relationship{{}, std::string(element.attribute("Type")), {}, false}.is(last_word);
    });
  }
  std::optional<std::string> target_of_id(std::string_view id) const {
    return target([&](const XmlElement& element) { return element.attribute("Id") == id; });
  }
  // Its new id.
  std::string add(std::string_view last_word, const std::string& target_part) {
    std::string id;
    do {
      id = fmt::format("rId{}", ++last_id_);
    } while (std::any_of(elements_.begin(), elements_.end(),
                         [&](const XmlElement& e) { return e.attribute("Id") == id; }));
    const XmlElement& root = elements_.front();
    added_ += fmt::format("<{}Relationship Id=\"{}\" Type=\"{}/{}\" Target=\"{}\"/>", root.prefix,
                          id, dialect_->relationships, last_word, escape_xml(link_to(target_part)));
    return id;
  }
  void save() {
    if (added_.empty()) return;
    package_->set(relationships_part(part_),
                  apply_edits(text_, {append_child(elements_.front(), added_)}));
  }

 private:
  RelationshipsEditor(PackageEditor& package, std::string part, const Dialect& dialect)
      : package_(&package), part_(std::move(part)), dialect_(&dialect) {}

  template <typename Matches>
  std::optional<std::string> target(Matches matches) const {
    for (const XmlElement& element : elements_) {
      if (element.depth == 2 && element.name == "Relationship" && matches(element) &&
          element.attribute("TargetMode") != "External") {
        return resolve_target(part_, element.attribute("Target"));
      }
    }
    return std::nullopt;
  }
  // Sheets lie in xl/worksheets as a rule, and then links are written as Excel writes them.
  std::string link_to(const std::string& target_part) const {
    const bool usual = part_.starts_with("xl/worksheets/") &&
                       part_.find('/', sizeof("xl/worksheets/") - 1) == std::string::npos;
    return usual ? "../" + target_part.substr(3) : "/" + target_part;
  }

  PackageEditor* package_;
  std::string part_;
  const Dialect* dialect_;
  std::string text_;
  std::vector<XmlElement> elements_;
  std::string added_;
  uint32_t last_id_ = 0;
};

std::string comment_xml(const std::string& prefix, const std::pair<uint32_t, uint32_t>& cell,
                        size_t author, const std::string& text) {
  // The tags' prefix stands for the namespace; the font is the one Chinese offices have.
  return fmt::format(
      "<{0}comment ref=\"{1}\" authorId=\"{2}\"><{0}text><{0}r><{0}rPr><{0}sz val=\"9\"/>"
      "<{0}color indexed=\"81\"/><{0}rFont val=\"宋体\"/><{0}charset val=\"134\"/></{0}rPr>"
      "<{0}t xml:space=\"preserve\">{3}</{0}t></{0}r></{0}text></{0}comment>",
      prefix, cell_name(cell.second, cell.first), author, escape_cell_text(text));
}

std::string new_comments(const Dialect& dialect, const CellNotes& notes) {
  std::string out =
      fmt::format("{}<comments xmlns=\"{}\"><authors><author>{}</author></authors><commentList>",
                  kXmlHead, dialect.main, kAuthor);
  for (const auto& [cell, text] : notes) out += comment_xml("", cell, 0, text);
  out += "</commentList></comments>";
  return out;
}

struct MergedComments {
  std::string text;
  CellNotes existing;  // the cells that had one, without the texts
};

// The existing comments with `notes` added: a cell that has a comment has them behind it.
Result<MergedComments> merged_comments(const PackageEditor& package, const std::string& part,
                                       const std::string& text, const CellNotes& notes) {
  DD_ASSIGN_OR_RETURN(const auto elements, package.outline(text, part, 6));
  const XmlElement& root = elements.front();
  size_t list = kNoElement, authors = kNoElement;
  size_t author_count = 0, our_author = kNoElement;
  std::map<std::pair<uint32_t, uint32_t>, size_t> comments;  // by cell, the element
  MergedComments out;
  for (size_t i = 0; i < elements.size(); ++i) {
    const XmlElement& element = elements[i];
    if (element.depth == 2 && element.name == "authors") authors = i;
    if (element.depth == 2 && element.name == "commentList") list = i;
    if (element.depth != 3) continue;
    if (element.parent == authors && element.name == "author") {
      if (trimmed(element.text) == kAuthor) our_author = author_count;
      ++author_count;
    } else if (element.parent == list && element.name == "comment") {
      const auto place = parse_cell_reference(element.attribute("ref"));
      if (!place) continue;
      comments[{place->row, place->column}] = i;
      out.existing[{place->row, place->column}] = "";
    }
  }
  if (root.name != "comments" || list == kNoElement) {
    return damaged_part(package.file(), part, 0, {"没有 commentList", "it has no commentList"});
  }

  std::vector<XmlEdit> edits;
  std::string added;
  const size_t author = our_author == kNoElement ? author_count : our_author;
  for (const auto& [cell, note] : notes) {
    const auto found = comments.find(cell);
    if (found == comments.end()) {
      added += comment_xml(root.prefix, cell, author, note);
      continue;
    }
    size_t text_element = kNoElement, last_t = kNoElement;
    for (size_t i = found->second + 1; i < elements.size() && elements[i].depth > 3; ++i) {
      const XmlElement& element = elements[i];
      if (element.depth == 4 && element.name == "text") text_element = i;
      const bool in_run = element.depth == 6 && elements[element.parent].name == "r";
      if (text_element != kNoElement && element.name == "t" && (element.depth == 5 || in_run)) {
        last_t = i;
      }
    }
    const std::string line = escape_cell_text(note);
    const auto whole_t = [&](const std::string& content) {
      return fmt::format("<{0}t xml:space=\"preserve\">{1}</{0}t>", root.prefix, content);
    };
    if (last_t != kNoElement && elements[last_t].self_closing) {
      const XmlElement& t = elements[last_t];
      edits.push_back({t.open_begin, t.open_end - t.open_begin, whole_t(line)});
    } else if (last_t != kNoElement) {
      edits.push_back({elements[last_t].close_begin, 0, "\n" + line});
    } else if (text_element != kNoElement) {
      edits.push_back(append_child(elements[text_element], whole_t(line)));
    } else {
      const std::string whole = fmt::format("<{0}text>{1}</{0}text>", root.prefix, whole_t(line));
      edits.push_back(append_child(elements[found->second], whole));
    }
  }
  if (!added.empty()) {
    edits.push_back(append_child(elements[list], added));
    const std::string author_xml = fmt::format("<{0}author>{1}</{0}author>", root.prefix, kAuthor);
    if (authors == kNoElement) {
      edits.push_back({elements[list].open_begin, 0,
                       fmt::format("<{0}authors>{1}</{0}authors>", root.prefix, author_xml)});
    } else if (our_author == kNoElement) {
      edits.push_back(append_child(elements[authors], author_xml));
    }
  }
  out.text = apply_edits(text, std::move(edits));
  return out;
}

// The greatest cluster of shape ids a drawing uses. VML is not always well-formed XML (Excel writes
// <br> as in HTML), so it is searched as text.
uint32_t greatest_cluster(std::string_view vml) {
  uint32_t greatest = 0;
  const auto number_at = [&](size_t at) {
    uint32_t number = 0;
    std::from_chars(vml.data() + at, vml.data() + vml.size(), number);
    return number;
  };
  constexpr std::string_view kShape = "_x0000_s";
  for (size_t at = vml.find(kShape); at != std::string_view::npos; at = vml.find(kShape, at)) {
    at += kShape.size();
    greatest = std::max(greatest, number_at(at) / 1024);
  }
  for (size_t at = vml.find("idmap"); at != std::string_view::npos; at = vml.find("idmap", at)) {
    const size_t end = std::min(vml.find('>', at), vml.size());
    at = std::min(vml.find("data=", at), end);
    for (; at < end; ++at) {
      const bool starts_number =
          vml[at] >= '0' && vml[at] <= '9' && !(vml[at - 1] >= '0' && vml[at - 1] <= '9');
      if (starts_number) greatest = std::max(greatest, number_at(at));
    }
  }
  return greatest;
}

// The box of a note, to the right of its cell and as tall as its text asks for.
std::string shape_xml(uint64_t id, const std::pair<uint32_t, uint32_t>& cell,
                      std::string_view text) {
  constexpr uint32_t kColumnsWide = 3;
  constexpr size_t kCharactersWide = 28;
  constexpr size_t kMaxRowsTall = 30;
  size_t lines = 1;
  for (const std::string& line : split(text, '\n'))
    lines += display_width(line) / kCharactersWide + 1;
  const uint32_t row = cell.first - 1;
  const uint32_t top = row == 0 ? 0 : row - 1;
  const uint32_t tall = static_cast<uint32_t>(std::clamp<size_t>(lines, 4, kMaxRowsTall));
  const uint32_t left = std::min(cell.second + 1, kMaxColumn - 1 - kColumnsWide);
  return fmt::format(
      "<v:shape id=\"_x0000_s{}\" type=\"#_x0000_t202\" style=\"position:absolute;"
      "margin-left:60pt;margin-top:2pt;width:160pt;height:{}pt;z-index:1;visibility:hidden\" "
      "fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/>"
      "<v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>"
      "<v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div>"
      "</v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>"
      "<x:Anchor>{}, 12, {}, 8, {}, 12, {}, 8</x:Anchor><x:AutoFill>False</x:AutoFill>"
      "<x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
      id, tall * 15, left, top, left + kColumnsWide, std::min(top + tall, kMaxRow - 1), row,
      cell.second);
}

constexpr std::string_view kVmlNamespaces =
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" "
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
constexpr std::string_view kShapeType =
    "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
    "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>"
    "<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";

// The drawing with a shape for each of `notes`; a new one where `vml` is empty.
Result<std::string> with_shapes(const PackageEditor& package, const std::string& part,
                                const std::string& vml, const CellNotes& notes,
                                uint32_t first_cluster) {
  std::string clusters, shapes;
  uint64_t placed = 0;
  for (const auto& [cell, text] : notes) {
    const uint64_t cluster = first_cluster + placed / kShapesPerCluster;
    if (placed % kShapesPerCluster == 0) {
      clusters += fmt::format("{}{}", clusters.empty() ? "" : ",", cluster);
    }
    shapes += shape_xml(cluster * 1024 + 1 + placed % kShapesPerCluster, cell, text);
    ++placed;
  }
  if (vml.empty()) {
    return fmt::format(
        "<xml{}><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/>"
        "</o:shapelayout>{}{}</xml>",
        kVmlNamespaces, clusters, kShapeType, shapes);
  }

  DD_RETURN_IF_ERROR(require_utf8(vml, "", part, package.file()));
  const size_t end = vml.rfind("</xml");
  if (end == std::string::npos) {
    return damaged_part(package.file(), part, 0, {"没有结束标记", "it has no end tag"});
  }
  std::vector<XmlEdit> edits;
  // The block of ids is the drawing's own only if its list says so.
  const size_t map = vml.find("idmap");
  if (map != std::string::npos) {
    const size_t tag_end = vml.find('>', map);
    const size_t data = vml.find("data=", map);
    if (data != std::string::npos && data < tag_end && data + 6 < vml.size()) {
      const char quote = vml[data + 5];
      const size_t close = vml.find(quote, data + 6);
      if ((quote == '"' || quote == '\'') && close < tag_end) {
        edits.push_back({close, 0, "," + clusters});
      }
    }
  }
  std::string added;
  if (vml.find("\"_x0000_t202\"") == std::string::npos &&
      vml.find("'_x0000_t202'") == std::string::npos) {
    added += kShapeType;
  }
  added += shapes;
  const bool declared = vml.find("xmlns:v=") != std::string::npos &&
                        vml.find("xmlns:o=") != std::string::npos &&
                        vml.find("xmlns:x=") != std::string::npos;
  if (!declared) {
    // A wrapper would hide the shapes from readers, so each declares what it uses.
    std::string out;
    size_t copied = 0;
    for (size_t at = added.find("<v:shape"); at != std::string::npos;
         at = added.find("<v:shape", at + 1)) {
      const size_t after_name = added.find(' ', at);
      out += added.substr(copied, after_name - copied);
      out += kVmlNamespaces;
      copied = after_name;
    }
    added = out + added.substr(copied);
  }
  edits.push_back({end, 0, std::move(added)});
  return apply_edits(vml, std::move(edits));
}

Result<void> add_content_types(PackageEditor& package, const std::vector<std::string>& comments,
                               bool vml) {
  if (comments.empty() && !vml) return {};
  const std::string part = "[Content_Types].xml";
  DD_ASSIGN_OR_RETURN(const std::string text, package.content(part));
  DD_ASSIGN_OR_RETURN(const auto elements, package.outline(text, part, 2));
  const XmlElement& root = elements.front();
  const bool vml_known = std::any_of(elements.begin(), elements.end(), [](const XmlElement& e) {
    return e.name == "Default" && to_upper_ascii(e.attribute("Extension")) == "VML";
  });
  std::string added;
  if (vml && !vml_known) {
    added +=
        fmt::format("<{}Default Extension=\"vml\" ContentType=\"{}\"/>", root.prefix, kVmlType);
  }
  for (const std::string& name : comments) {
    added += fmt::format("<{}Override PartName=\"/{}\" ContentType=\"{}\"/>", root.prefix, name,
                         kCommentsType);
  }
  package.set(part, apply_edits(text, {append_child(root, added)}));
  return {};
}

struct AddedParts {
  std::vector<std::string> comments;
  bool vml = false;
};

Result<void> annotate_sheet(PackageEditor& package, const std::string& part, const CellNotes& notes,
                            AddedParts& added) {
  DD_ASSIGN_OR_RETURN(const std::string sheet, package.content(part));
  SheetHandler place;
  {
    XmlParser parser(place, part, package.file(), package.limits());
    DD_RETURN_IF_ERROR(parser.parse_text(sheet));
    DD_RETURN_IF_ERROR(require_utf8(sheet, parser.encoding(), part, package.file()));
  }
  const bool strict =
      std::any_of(place.namespaces.begin(), place.namespaces.end(),
                  [](const auto& declared) { return declared.second == kStrict.main; });
  const Dialect& dialect = strict ? kStrict : kTransitional;
  DD_ASSIGN_OR_RETURN(RelationshipsEditor links, RelationshipsEditor::open(package, part, dialect));

  CellNotes shapes = notes;  // the cells that need a new one
  const auto existing = links.target_of_type("comments");
  std::optional<std::string> vml;
  if (place.legacy_drawing) {
    vml = links.target_of_id(*place.legacy_drawing);
    if (!vml) {
      return damaged_part(package.file(), relationships_part(part), 0,
                          {"legacyDrawing 没有对应的关系", "nothing leads to its legacyDrawing"});
    }
  }
  if (existing) {
    DD_ASSIGN_OR_RETURN(const std::string comments, package.content(*existing));
    DD_ASSIGN_OR_RETURN(MergedComments merged,
                        merged_comments(package, *existing, comments, notes));
    package.set(*existing, std::move(merged.text));
    if (vml) {
      for (const auto& [cell, text] : merged.existing) shapes.erase(cell);
    } else {
      shapes.merge(merged.existing);  // comments without any drawing get theirs now
    }
  } else {
    const std::string name = package.free_name("xl/comments", ".xml");
    package.set(name, new_comments(dialect, notes));
    links.add("comments", name);
    added.comments.push_back(name);
  }

  if (!shapes.empty()) {
    uint32_t greatest = 0;
    for (const std::string& name : package.vml_parts()) {
      DD_ASSIGN_OR_RETURN(const std::string text, package.content(name));
      greatest = std::max(greatest, greatest_cluster(text));
    }
    // Ids beyond all reason are not continued: they would overflow.
    const uint32_t cluster = greatest < 1'000'000 ? greatest + 1 : 1'000'000;
    std::string drawing;
    if (vml) {
      DD_ASSIGN_OR_RETURN(drawing, package.content(*vml));
    }
    const std::string name = vml ? *vml : package.free_name("xl/drawings/vmlDrawing", ".vml");
    DD_ASSIGN_OR_RETURN(std::string text, with_shapes(package, name, drawing, shapes, cluster));
    package.set(name, std::move(text));
    if (!vml) {
      added.vml = true;
      if (place.insert_at == 0) {
        return damaged_part(package.file(), part, 0, {"没有 sheetData", "it has no sheetData"});
      }
      const std::string id = links.add("vmlDrawing", name);
      package.set(part,
                  apply_edits(sheet, {{place.insert_at, 0,
                                       fmt::format("<{}legacyDrawing xmlns:r=\"{}\" "
                                                   "r:id=\"{}\"/>",
                                                   place.prefix, dialect.relationships, id)}}));
    }
  }
  links.save();
  return {};
}

std::string clipped(std::string text) {
  size_t at = 0;
  for (size_t count = 0; at < text.size() && count < kMaxNoteCodePoints; ++count) {
    next_code_point(text, at);
  }
  text.resize(at);
  return text;
}

}  // namespace

Result<void> write_annotated_workbook(const std::string& path, const std::string& out_path,
                                      const std::vector<CellNote>& notes, const Limits& limits) {
  DD_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits.file_bytes));
  DD_ASSIGN_OR_RETURN(ZipArchive archive, ZipArchive::open(bytes, base_name(path), limits));
  DD_ASSIGN_OR_RETURN(const Package package, read_package(archive));

  std::map<std::string, CellNotes> by_part;
  for (const CellNote& note : notes) {
    const auto sheet = std::find_if(package.sheets.begin(), package.sheets.end(),
                                    [&](const SheetEntry& e) { return e.name == note.sheet; });
    if (sheet == package.sheets.end()) {
      return Error{ErrorCode::kNotFound,
                   {fmt::format("没有名为“{}”的工作表", note.sheet),
                    fmt::format("there is no sheet \"{}\"", note.sheet)},
                   archive.file(),
                   {}};
    }
    if (note.row == 0 || note.row > kMaxRow || note.column >= kMaxColumn) {
      return Error{ErrorCode::kBadInput,
                   {fmt::format("第 {} 行第 {} 列不在工作表内", note.row, note.column + 1),
                    fmt::format("row {}, column {} is in no sheet", note.row, note.column + 1)},
                   archive.file(),
                   {}};
    }
    std::string& text = by_part[sheet->part][{note.row, note.column}];
    if (!text.empty()) text += '\n';
    text += note.text;
  }

  PackageEditor editor(archive);
  AddedParts added;
  for (auto& [part, cells] : by_part) {
    for (auto& [cell, text] : cells) text = clipped(std::move(text));
    DD_RETURN_IF_ERROR(annotate_sheet(editor, part, cells, added));
  }
  DD_RETURN_IF_ERROR(add_content_types(editor, added.comments, added.vml));

  DD_ASSIGN_OR_RETURN(TemporaryFile file, TemporaryFile::create(out_path));
  if (by_part.empty()) {
    DD_RETURN_IF_ERROR(file.write(bytes));
  } else {
    DD_ASSIGN_OR_RETURN(const std::string annotated, editor.packed(bytes));
    DD_RETURN_IF_ERROR(file.write(annotated));
  }
  return file.commit();
}

}  // namespace dandang::format
