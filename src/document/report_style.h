#pragma once

namespace dandang::document {

// The page's looks, on a screen and on A4 paper. What a mark means is written in it: colour and
// the kind of line only repeat the word.
inline constexpr const char* kReportStyle = R"css(
:root{--ink:#1d232b;--soft:#4d5866;--line:#c3cad3;--faint:#f3f5f8;--head:#e7ecf3;--accent:#1f4e85}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{margin:0 auto;max-width:62rem;padding:2rem 1.5rem 4rem;color:var(--ink);background:#fff;
 font:15px/1.65 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Hiragino Sans GB","WenQuanYi Micro Hei",sans-serif}
h1,h2,h3,h4{line-height:1.35;font-weight:700;break-after:avoid;margin:0}
h1{font-size:1.9rem;letter-spacing:.06em}
h2{font-size:1.3rem;margin:2.6rem 0 .9rem;padding:0 0 .35rem;border-bottom:2px solid var(--accent);color:var(--accent)}
h3{font-size:1.08rem;margin:1.9rem 0 .6rem}
h4{font-size:1rem;margin:1.4rem 0 .3rem}
p{margin:.35rem 0}
a{color:var(--accent)}
.quiet{position:absolute;left:-99rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}
.cover{border-top:6px solid var(--accent);padding-top:1.6rem}
.cover .authority{font-size:1.05rem;color:var(--soft);margin:0 0 .3rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:1.2rem 0}
.facts dt{color:var(--soft)}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.notes{border:1px solid var(--line);border-left:6px solid var(--accent);background:var(--faint);padding:.7rem 1.2rem;margin:1.3rem 0;break-inside:avoid}
.notes ul{margin:.3rem 0;padding-left:1.2rem}.notes li{margin:.2rem 0}
.contents{border:1px solid var(--line);padding:.7rem 1.2rem 1rem;margin:1.4rem 0}
.contents h2{border:0;margin:0 0 .3rem;padding:0;font-size:1.05rem}
.contents ol{margin:0;padding-left:0;list-style:none}
.contents>ol>li{margin:.3rem 0;font-weight:700}
.contents ol ol{columns:2;column-gap:2rem;font-weight:400;font-size:.94em;margin:.2rem 0 .3rem 1.2rem}
.contents ol ol li{break-inside:avoid;padding-left:4.6rem;text-indent:-4.6rem}
.contents a{text-decoration:none}.contents a:hover{text-decoration:underline}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0 .9rem;font-size:.93em}
caption{text-align:left;color:var(--soft);padding:.2rem 0;font-size:1em}
th,td{border:1px solid var(--line);padding:.32rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:var(--head);white-space:nowrap;vertical-align:bottom}
thead{display:table-header-group}
tr{break-inside:avoid}
tbody th{font-weight:400}
tr.group th{background:var(--faint);font-weight:700;break-after:avoid}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.zero{color:#6a7480}
td.nb{white-space:nowrap}td.term{min-width:8.5em}
td.who{min-width:5.5rem}td.unit{min-width:5rem}
.id{display:block;color:var(--soft);font:.86em/1.4 ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;white-space:nowrap}
.many .id{display:inline;margin-left:.4em}.many div{white-space:nowrap}
.detail{display:block;color:var(--soft);font-size:.92em}
td ul{margin:0;padding-left:1.05rem}td li{margin:.05rem 0}
td ul.why{list-style:"✓ ";padding-left:1.1rem;color:var(--soft);font-size:.94em}
td.who div+div{margin-top:.2rem}
td ul+ul{margin-top:.25rem;padding-top:.25rem;border-top:1px dotted var(--line)}
header.rule{break-inside:avoid;break-after:avoid}
.ruleid{font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;font-weight:700;white-space:nowrap}
.meta{color:var(--soft);font-size:.94em;margin:.2em 0}
.tag{display:inline-block;border:1.5px solid;border-radius:.2rem;padding:0 .4rem;font-size:.88em;line-height:1.45;white-space:nowrap;font-weight:700}
.tag.for,.tag.text{color:#17603a;border-color:#17603a;background:#eef7f1}
.tag.verify{color:#7a4300;border-color:#7a4300;border-style:double;border-width:3px;background:#fff8ec}
.tag.undone{color:#8f2a1f;border-color:#8f2a1f;border-style:dashed;background:#fdf3f1}
.tag.law{color:#1f4e85;border-color:#1f4e85;background:#eff4fb}
.tag.authority{color:#5b3a86;border-color:#5b3a86;border-style:dashed;background:#f6f1fb}
.tag.reading{color:#6d5200;border-color:#6d5200;border-style:dotted;background:#fdf9e7}
.caution{border:1px solid #7a4300;border-left-width:6px;background:#fff8ec;padding:.35rem .8rem;margin:.5rem 0;break-inside:avoid;break-after:avoid}
.empty{border:1px dashed var(--line);padding:.6rem 1rem;color:var(--soft);background:var(--faint)}
.bar{display:inline-block;height:.7em;background:#7d9cc2;border:1px solid #4a6c96;vertical-align:baseline}
.gap{margin:.55rem 0 .8rem;padding-left:.9rem;border-left:3px solid var(--line)}
.gap p{margin:.1rem 0}.gap .what{font-weight:700;break-after:avoid}
.place{font-weight:700}
code{font:.92em/1.5 ui-monospace,"Cascadia Mono","DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;overflow-wrap:anywhere;background:var(--faint);padding:.05rem .25rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.6rem;color:var(--soft);font-size:.88rem}
@media (max-width:40rem){body{padding:1rem .8rem}.contents ol ol{columns:1}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin:0 0 .4rem}}
@page{size:A4 portrait;margin:18mm 15mm 18mm 15mm}
@media print{
 html{font-size:10pt}
 body{max-width:none;padding:0;font-size:10pt;line-height:1.5}
 .skip{display:none}
 .scroll{overflow:visible}
 a{color:inherit;text-decoration:none}
 h2{margin-top:8mm}h1{font-size:20pt}
 table{font-size:9pt;line-height:1.4}th,td{padding:.6mm 1.5mm}
 section.fresh{break-before:page}section.fresh>h2{margin-top:0}
 p{orphans:2;widows:2}
}
)css";

}  // namespace dandang::document
