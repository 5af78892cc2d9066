/**
 * The colours of code: comments, strings, numbers and keywords, of the languages that people paste most. It knows no grammar, so it
 * is wrong at times; what it returns is always the code that it was given, in pieces. The time is proportional to the code's length.
 *
 * @module
 */

/** A piece of code, and what it is, if it is anything special. @typedef {{ text: string, kind?: string }} Piece */
/** What is looked for, by kind, and whether words mean the same in capitals. @typedef {{ pattern: RegExp, words: Set<string>, anyCase: boolean }} Language */

// Each goes on to its end or to the end of the code: none is looked for twice.
const SLASHES = String.raw`\/\/.*|\/\*[^]*?(?:\*\/|$(?![^]))`;
const HASH = String.raw`(?<![^\s;])#.*`;
const DASHES = String.raw`--.*`;
const QUOTED = String.raw`"(?:\\[^]|[^"\\\n])*"?`;
const SINGLE = String.raw`'(?:\\[^]|[^'\\\n])*'?`;
const BACKTICKS = String.raw`\x60(?:\\[^]|[^\x60\\])*\x60?`;
const REGEXP = String.raw`(?<=[(=,:!&|?;]\s?)\/(?![\/*\s])(?:\\.|[^\/\\\n])+\/[dgimsuvy]*`;
/** Not the lifetimes of Rust. */
const CHARACTER = String.raw`'(?:\\[^\n']{1,10}|[^'\\\n])'`;
const TRIPLE = String.raw`"""[^]*?(?:"""|$(?![^]))|'''[^]*?(?:'''|$(?![^]))`;
const SQL_STRING = String.raw`'(?:''|[^'])*'?`;
const NUMBER = String.raw`(?<![\w.])(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+\-]?\d+)?)[a-z%]{0,4}(?!\w)`;
const WORD = String.raw`[@#$]?[\p{L}_][\p{L}\p{N}_]*`;

/**
 * @param {Record<string, string>} kinds what is looked for, the first that fits
 * @param {string} [words] keywords
 * @param {boolean} [anyCase]
 */
function language(kinds, words = "", anyCase = false) {
  const all = Object.entries({ ...kinds, number: kinds.number ?? NUMBER, word: WORD });
  const pattern = all.map(([kind, each]) => `(?<${kind}>${each})`).join("|");
  return { pattern: new RegExp(pattern, "gimu"), words: new Set(words.split(" ")), anyCase };
}

const C_WORDS =
  "if else for while do switch case default break continue return true false null static const void class " +
  "public private protected new this try catch finally throw enum struct interface extends implements import package " +
  "abstract final override";
const C_TYPES = "int char short long float double bool boolean unsigned signed string var";

const c = language(
  { comment: SLASHES, string: `${QUOTED}|${CHARACTER}` },
  `${C_WORDS} ${C_TYPES} auto delete extern goto inline namespace nullptr operator register sizeof template typedef typename ` +
    "union using virtual volatile size_t NULL #include #define #ifdef #ifndef #endif #if #else #pragma",
);
const managed = language(
  { comment: SLASHES, string: `${TRIPLE}|${QUOTED}|${CHARACTER}` },
  `${C_WORDS} ${C_TYPES} async await base byte decimal foreach get in instanceof internal is let namespace object out readonly ` +
    "record ref sealed set super synchronized throws transient typeof using val var virtual where yield fun when data companion " +
    "object open lateinit suspend by init trait def match with given implicit lazy type dynamic late required mixin",
);
const javascript = language(
  { comment: SLASHES, string: `${REGEXP}|${QUOTED}|${SINGLE}|${BACKTICKS}` },
  "if else for while do switch case default break continue return true false null undefined const let var function class " +
    "extends new this super try catch finally throw import export from as async await yield typeof instanceof in of delete void " +
    "static get set enum interface type implements private public protected readonly declare namespace abstract keyof satisfies " +
    "infer is never unknown any string number boolean object symbol bigint debugger with",
);
const rust = language(
  { comment: SLASHES, string: `${QUOTED}|${CHARACTER}` },
  "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref " +
    "return self Self static struct super trait true type unsafe use where while i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 " +
    "usize f32 f64 bool char str String Vec Option Result Some None Ok Err Box",
);
const go = language(
  { comment: SLASHES, string: String.raw`${QUOTED}|${CHARACTER}|\x60[^\x60]*\x60?` },
  "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return " +
    "select struct switch type var nil true false iota string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 byte rune " +
    "float32 float64 bool error any make new len cap append",
);
const swift = language(
  { comment: SLASHES, string: `${TRIPLE}|${QUOTED}` },
  "actor any as associatedtype async await break case catch class continue default defer deinit do else enum extension " +
    "fallthrough false fileprivate for func get guard if import in init inout internal is let mutating nil nonisolated open " +
    "override private protocol public repeat return self Self set some static struct subscript super switch throw throws true try " +
    "typealias var where while",
);
const php = language(
  { comment: `${SLASHES}|${HASH}`, string: `${QUOTED}|${SINGLE}` },
  `${C_WORDS} array as echo elseif endif endforeach fn foreach function global include isset list namespace print readonly ` +
    "require require_once string int float bool mixed trait unset use yield match null $this",
  true,
);
const python = language(
  { comment: HASH, string: `[rbfu]{0,2}(?:${TRIPLE}|${QUOTED}|${SINGLE})` },
  "and as assert async await break case class continue def del elif else except False finally for from global if import in is " +
    "lambda match None nonlocal not or pass raise return self True try while with yield",
);
const ruby = language(
  { comment: HASH, string: `${QUOTED}|${SINGLE}` },
  "alias and begin break case class def do else elsif end ensure false for if in include module next nil not or private " +
    "protected public raise redo require rescue retry return self super then true undef unless until when while yield attr_reader " +
    "attr_accessor",
);
const shell = language(
  {
    comment: HASH,
    string: String.raw`"(?:\\[^]|[^"\\])*"?|${SQL_STRING}`,
    number: String.raw`\$(?:\w+|\{[^}\n]*\}|[@#?*$!\-])`,
  },
  "if then else elif fi for while until do done case esac in function return local export readonly set unset shift source exit " +
    "echo cd sudo alias eval exec trap test true false",
);
const sql = language(
  { comment: String.raw`${DASHES}|\/\*[^]*?(?:\*\/|$(?![^]))`, string: `${SQL_STRING}|${QUOTED}` },
  "select from where and or not null is in like between exists join left right inner outer full cross on using group by having " +
    "order asc desc limit offset union all distinct as insert into values update set delete create table index view drop alter add " +
    "column primary key foreign references unique default check constraint if begin commit rollback transaction case when then " +
    "else end with recursive returning explain analyze vacuum pragma trigger cast coalesce count sum min max avg true false int " +
    "integer bigint text varchar real boolean date timestamp",
  true,
);
const lua = language(
  { comment: DASHES, string: `${QUOTED}|${SINGLE}` },
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while",
);
const css = language({
  comment: String.raw`\/\*[^]*?(?:\*\/|$(?![^]))`,
  string: `${QUOTED}|${SINGLE}`,
  number: String.raw`#[\da-f]{3,8}(?!\w)|(?<![\w\-])-?(?:\d+(?:\.\d+)?|\.\d+)[a-z%]{0,4}(?!\w)`,
  keyword: String.raw`[@!][a-z][a-z\-]*|--[\w\-]+|(?<=[{;\s])[a-z\-]+(?=:\s)`,
});
const markup = language({
  comment: String.raw`<!--[^]*?(?:-->|$(?![^]))`,
  string: String.raw`(?<==)(?:${QUOTED}|${SINGLE})`,
  number: String.raw`&#?\w+;`,
  keyword: String.raw`<[\/!?]?[a-z][\w:.\-]*|\/?>`,
});
const json = language({
  comment: SLASHES,
  keyword: String.raw`"(?:\\[^]|[^"\\\n])*"(?=[^\S\n]*:)`,
  string: QUOTED,
}, "true false null");
const settings = language({
  comment: String.raw`${HASH}|^;.*`,
  string: `${TRIPLE}|${QUOTED}|${SQL_STRING}`,
  keyword: String.raw`(?=[\w.\-\/\[])(?<=^[^\S\n]*(?:- )?)(?:[\w.\-\/]+(?=[^\S\n]*[:=](?:\s|$))|\[.*\])`,
}, "true false null yes no on off");
const diff = language({
  comment: String.raw`^(?:@@|diff|index|---|\+\+\+).*`,
  string: String.raw`^\+.*`,
  number: "(?!)",
  keyword: String.raw`^-.*`,
});

/** @type {[Language, string][]} */
const NAMES = [
  [c, "c h cpp c++ cc hpp arduino glsl"],
  [managed, "java kotlin kt cs c# csharp scala dart groovy"],
  [javascript, "js javascript mjs cjs jsx ts typescript mts tsx"],
  [rust, "rs rust"],
  [go, "go golang"],
  [swift, "swift"],
  [php, "php"],
  [python, "py python python3"],
  [ruby, "rb ruby"],
  [shell, "sh bash zsh shell console fish dockerfile makefile"],
  [sql, "sql postgres postgresql mysql sqlite plpgsql"],
  [lua, "lua"],
  [css, "css scss less"],
  [markup, "html xml svg vue svelte xhtml"],
  [json, "json json5 jsonc"],
  [settings, "yaml yml toml ini conf env properties"],
  [diff, "diff patch"],
];
const BY_NAME = new Map(
  NAMES.flatMap(([each, names]) => names.split(" ").map((name) => /** @type {const} */ ([name, each]))),
);

/**
 * Cuts code into pieces that, joined, are the code.
 *
 * @param {string} code
 * @param {string} name of its language, as somebody wrote it
 * @returns {Piece[] | undefined} nothing if the language is not known
 */
export function highlight(code, name) {
  const of = BY_NAME.get(name.toLowerCase());
  if (of === undefined) return undefined;
  /** @type {Piece[]} */
  const pieces = [];
  let from = 0;
  for (const { 0: text, index, groups = {} } of code.matchAll(of.pattern)) {
    const kind = kindOf(text, groups, of);
    if (kind === undefined || text === "") continue;
    if (index > from) pieces.push({ text: code.slice(from, index) });
    pieces.push({ text, kind });
    from = index + text.length;
  }
  if (from < code.length) pieces.push({ text: code.slice(from) });
  return pieces;
}

/** @param {string} text @param {Record<string, string | undefined>} groups @param {Language} of */
function kindOf(text, groups, { words, anyCase }) {
  if (groups.word !== undefined) return words.has(anyCase ? text.toLowerCase() : text) ? "keyword" : undefined;
  return ["comment", "string", "number", "keyword"].find((kind) => groups[kind] !== undefined);
}
