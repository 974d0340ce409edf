#include "document/report_markup.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dandang::document {

namespace {

constexpr size_t kIdentityDigits = 17;  // and a check character
bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

// The length of the identity number that begins here; 0 if none does.
size_t identity_number_at(std::string_view text, size_t at) {
  if (at > 0 && is_ascii_digit(text[at - 1])) return 0;
  size_t digits = 0;
  while (at + digits < text.size() && is_ascii_digit(text[at + digits])) ++digits;
  if (digits == kIdentityDigits + 1) return digits;
  if (digits != kIdentityDigits || at + digits >= text.size()) return 0;
  const char check = text[at + digits];
  return check == 'X' || check == 'x' ? digits + 1 : 0;
}

std::string class_attribute(std::string_view css_class) {
  return css_class.empty() ? std::string() : fmt::format("class=\"{}\"", css_class);
}

}  // namespace

std::string with_masked_identity_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = is_ascii_digit(text[at]) ? identity_number_at(text, at) : 0;
    if (length == 0) {
      out += text[at++];
      continue;
    }
    out += text.substr(at, 6);
    out += "********";
    out += text.substr(at + 14, 4);
    at += length;
  }
  return out;
}

std::string page_text(std::string_view text) {
  const std::string masked = with_masked_identity_numbers(text);
  std::string out;
  out.reserve(masked.size() + 16);
  for (size_t at = 0; at < masked.size();) {
    const char32_t c = next_code_point(masked, at);
    switch (c) {
      case U'&':
        out += "&amp;";
        break;
      case U'<':
        out += "&lt;";
        break;
      case U'>':
        out += "&gt;";
        break;
      case U'"':
        out += "&quot;";
        break;
      case U'\'':
        out += "&#39;";
        break;
      default: {
        const bool control = (c < 0x20 && c != U'\n' && c != U'\t') || (c >= 0x7F && c < 0xA0) ||
                             (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        // Marks that turn the direction of writing could make a name read as another.
        append_code_point(out, control ? U'\uFFFD' : c);
      }
    }
  }
  return out;
}

void Markup::element(std::string_view tag, std::string_view attributes, std::string_view words) {
  out_ += fmt::format("<{}{}{}>", tag, attributes.empty() ? "" : " ", attributes);
  text(words);
  out_ += fmt::format("</{}>", tag);
}

void Markup::paragraph(std::string_view css_class, std::string_view words) {
  element("p", class_attribute(css_class), words);
  raw("\n");
}

void Markup::cell(std::string_view words, std::string_view css_class) {
  element("td", class_attribute(css_class), words);
}

void Markup::number_cell(size_t number) {
  cell(std::to_string(number), number == 0 ? "n zero" : "n");
}

void Markup::tag(std::string_view css_class, std::string_view words) {
  element("span", fmt::format("class=\"tag {}\"", css_class), words);
}

void Markup::list(std::string_view css_class, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  raw(css_class.empty() ? "<ul>" : fmt::format("<ul {}>", class_attribute(css_class)));
  for (const std::string& line : lines) element("li", "", line);
  raw("</ul>");
}

void Markup::open_table(std::string_view caption, const std::vector<std::string>& heads,
                        bool quiet) {
  raw("<div class=\"scroll\"><table>");
  element("caption", quiet ? "class=\"quiet\"" : "", caption);
  raw("<thead><tr>");
  for (std::string_view head : heads) {
    const bool numeric = head.ends_with('#');
    if (numeric) head.remove_suffix(1);
    element("th", numeric ? "scope=\"col\" class=\"n\"" : "scope=\"col\"", head);
  }
  raw("</tr></thead>\n<tbody>\n");
}

void Markup::group_row(std::string_view words, size_t columns) {
  raw("<tr class=\"group\">");
  element("th", fmt::format("scope=\"rowgroup\" colspan=\"{}\"", columns), words);
  raw("</tr>\n");
}

void Markup::open_section(std::string_view id, std::string_view title, bool fresh) {
  raw(fmt::format("<section id=\"{}\"{}>\n", id, fresh ? " class=\"fresh\"" : ""));
  element("h2", "", title);
  raw("\n");
}

}  // namespace dandang::document
