/**
 * The formatting that the page knows, by example. On the left what was written, on the
 * right what is shown of it, in the notation of `text_notation.ts`:
 *
 * - `<b>`, `<i>`, `<s>`, `<code>`: bold, italic, struck through, code in a line
 * - `<pre>`, `<pre ts>`: a block of code, and one with its language beside it
 * - `<q>`: a quote
 * - `<ul>`, `<ol>`: a list, `<li>` before each item. Blocks of code, quotes and lists have lines of their own
 * - `<at ID>`: the name of somebody who is mentioned
 * - `<a ADDRESS>`: a link; `(HOST)` after it where the page says where it really leads
 *
 * Where both sides are the same, the text is shown as it was written: in doubt it is.
 *
 * @module
 */

/** What a reader knows who reads these. */
export const KNOWN = {
  mentions: ["Ada", "Ada Lovelace", "李梅", "יוסף", "snake_case"].map((name, n) => ({ id: String(n + 1), name })),
  isRoom: (name: string): boolean => name === "design",
  site: "https://chat.example",
};

/** Sections of examples. */
export const CORPUS: Readonly<Record<string, readonly (readonly [written: string, shown: string])[]>> = {
  "plain text": [
    ["plain", "plain"],
    ["two\nlines", "two\nlines"],
    ["  kept   as\tit is  ", "  kept   as\tit is  "],
    ["<b>no</b> <script>alert(1)</script>", "<b>no</b> <script>alert(1)</script>"],
    ["1 > 0 & 2 < 3", "1 > 0 & 2 < 3"],
  ],
  "line ends: all that there are make a line": [
    ["*a*\r\nb", "<i>a</i>\nb"],
    ["*a*\rb\u2028c\u2029d\x85e\vf\fg", "<i>a</i>\nb\nc\nd\ne\nf\ng"],
    ["a\r\n\r\nb", "a\n\nb"],
    ["Build failed\r\nsee https://ci.example/1\r\n*retry*", "Build failed\nsee <a https://ci.example/1>\n<i>retry</i>"],
  ],
  "marks": [
    ["**bold** *italic* _italic_ __bold__ ~~gone~~", "<b>bold</b> <i>italic</i> <i>italic</i> <b>bold</b> <s>gone</s>"],
    ["**bold with *italic* inside**", "<b>bold with <i>italic</i> inside</b>"],
    ["**ends together *so***", "<b>ends together <i>so</i></b>"],
    ["*ends together **so***", "<i>ends together <b>so</b></i>"],
    ["***both***", "<i><b>both</b></i>"],
    ["***a** b* ***c* d**", "<i><b>a</b> b</i> <b><i>c</i> d</b>"],
    ["_**~~all~~**_", "<i><b><s>all</s></b></i>"],
    ["**over\ntwo lines**", "<b>over\ntwo lines</b>"],
    ["**Stop!**, (*really*) “*quoted*” —*dash*—", "<b>Stop!</b>, (<i>really</i>) “<i>quoted</i>” —<i>dash</i>—"],
    ["**--force** **$HOME** *#general* *50%*", "<b>--force</b> <b>$HOME</b> <i>#general</i> <i>50%</i>"],
    ["👉**this** 👉*this*👈 *👍*", "👉<b>this</b> 👉<i>this</i>👈 <i>👍</i>"],
    ["**مهم** و*هذا*، «*ذاك*»", "<b>مهم</b> و*هذا*، «<i>ذاك</i>»"],
    ["**two words**.Next", "<b>two words</b>.Next"],
  ],
  "marks inside words: only doubled ones": [
    ["un**believ**able, a~~b~~c, **Note:**text", "un<b>believ</b>able, a<s>b</s>c, <b>Note:</b>text"],
    ["snake_case_name __init__.py", "snake_case_name __init__.py"],
    ["un*believ*able", "un*believ*able"],
  ],
  "marks beside scripts without spaces": [
    ["这是**重要**的事", "这是<b>重要</b>的事"],
    ["**重要**です", "<b>重要</b>です"],
    ["これは**「重要」**な**こと**。", "これは<b>「重要」</b>な<b>こと</b>。"],
    ["*중요*한 것", "<i>중요</i>한 것"],
    ["你好，*重要*，~~删除~~", "你好，<i>重要</i>，<s>删除</s>"],
    ["长*宽*高 报告_最终_版", "长*宽*高 报告_最终_版"],
    ["นี่**สำคัญ**มาก", "นี่<b>สำคัญ</b>มาก"],
  ],
  "marks that are none": [
    ["*not closed, ** **, a * b * c", "*not closed, ** **, a * b * c"],
    ["**a\n\nb**: not over a blank line", "**a\n\nb**: not over a blank line"],
    ["**** **** **** 1234", "**** **** **** 1234"],
    ["2*3*4 2**3**4 x**2 + y**2 x**n + y**n", "2*3*4 2**3**4 x**2 + y**2 x**n + y**n"],
    ["f(*args, **kwargs) {**a,**b} char **argv, *p; int *q;", "f(*args, **kwargs) {**a,**b} char **argv, *p; int *q;"],
    ["/* comment */ /*comment*/ (*p)->x * (*q)", "/* comment */ /*comment*/ (*p)->x * (*q)"],
    ["p**sword, f**k", "p**sword, f**k"],
    ["takes (~5 min)~ish, costs (~$3)~", "takes (~5 min)~ish, costs (~$3)~"],
  ],
  "paths and commands": [
    ["export PATH=~/bin:~/go/bin", "export PATH=~/bin:~/go/bin"],
    ["src/**/*.ts and test/**/*.ts, rm **/*.js **/foo/**", "src/**/*.ts and test/**/*.ts, rm **/*.js **/foo/**"],
    ["ls *.ts *.js; cp *.a b/*", "ls *.ts *.js; cp *.a b/*"],
    ["C:\\Users\\*\\_data\\* \\\\server\\share", "C:\\Users\\*\\_data\\* \\\\server\\share"],
    ["find . -name \\*.ts, */5 * * * *", "find . -name \\*.ts, */5 * * * *"],
  ],
  "faces": [
    ["¯\\_(ツ)_/¯ \\_(ツ)_/ \\*o*/", "¯\\_(ツ)_/¯ \\_(ツ)_/ \\*o*/"],
    ["^_^ and ^_^", "^_^ and ^_^"],
    [">_< and >_<", ">_< and >_<"],
    [">:(", ">:("],
    [">w<", ">w<"],
    ["*_* and *_*", "*_* and *_*"],
    ["-_- ._. ;_; T_T o_O -_- ._. ;_; T_T o_O", "-_- ._. ;_; T_T o_O -_- ._. ;_; T_T o_O"],
    ["(*_*) (*^_^*) (*´ω｀*) (*'▽'*) (._.) ಠ_ಠ ( ͡° ͜ʖ ͡°)", "(*_*) (*^_^*) (*´ω｀*) (*'▽'*) (._.) ಠ_ಠ ( ͡° ͜ʖ ͡°)"],
  ],
  "backslashes: hidden where they keep something from being a mark": [
    ["\\*not italic\\* \\**not bold** \\*\\*nor this\\*\\*", "*not italic* **not bold** **nor this**"],
    ["*not italic\\*", "*not italic*"],
    ["\\`not code\\`", "`not code`"],
    ["\\[label](https://x.example/)", "[label](<a https://x.example/>)"],
    ["\\> not quoted", "> not quoted"],
    ["\\*args, a\\*b, \\n, \\`, \\[x], \\>_<", "\\*args, a\\*b, \\n, \\`, \\[x], \\>_<"],
  ],
  "code in a line": [
    ["`code *as is*`", "<code>code *as is*</code>"],
    ["``with ` inside`` `C:\\`", "<code>with ` inside</code> <code>C:\\</code>"],
    ["run ```npm i``` now", "run <code>npm i</code> now"],
    ["```SELECT 1```", "<code>SELECT 1</code>"],
    ["用`npm`安装, **`bold`**", "用<code>npm</code>安装, <b><code>bold</code></b>"],
    ["a ` alone", "a ` alone"],
    ["don`t and won`t, but `this`", "don`t and won`t, but <code>this</code>"],
    ["` ` `\n\n`", "` ` `\n\n`"],
  ],
  "blocks of code": [
    ["```\nlet a = 1;\n```", "<pre>let a = 1;</pre>"],
    ["see\n```ts\n**a**\n\n  b\n```\nthere", "see<pre ts>**a**\n\n  b</pre>there"],
    ["```DROP TABLE users;\nSELECT 1;\n```", "<pre>DROP TABLE users;\nSELECT 1;</pre>"],
    ["```code\n```", "<pre>code</pre>"],
    ["```\ncode```", "<pre>code</pre>"],
    ["```\na\n``` thanks", "<pre>a</pre> thanks"],
    ["```\n\na\n\n```", "<pre>\na\n</pre>"],
    ["  ```\n  a\n  ```", "<pre>  a</pre>"],
    ["````\n```\nx\n```\n````", "<pre>```\nx\n```</pre>"],
    ["```\na ``` b\n```js\nc\n```", "<pre>a ``` b\n```js\nc</pre>"],
    ["a\n\n```\nb\n```\n\nc", "a\n\n<pre>b</pre>\nc"],
    ["so: ```ts\na\n```\n*b*: ```1;\nd```", "so: <pre ts>a</pre><i>b</i>: <pre>1;\nd</pre>"],
    ["so: ```a\nb``` c, `d` ```\ne\n```", "so: <code>a\nb</code> c, <code>d</code> <code>\ne\n</code>"],
    ["```\nnever *closed*", "```\nnever <i>closed</i>"],
    ["```\n```", "```\n```"],
  ],
  "quotes": [
    ["> quoted\n> more\nanswer", "<q>quoted\nmore</q>answer"],
    [">quoted text, >not", "<q>quoted text, >not</q>"],
    ["> a\n>> b\n> > c", "<q>a<q>b\nc</q></q>"],
    ["> a\n>\n> b\n\n> c", "<q>a\n\nb</q>\n<q>c</q>"],
    ["> **a**\n> ```js\n> b\n> ```\nc", "<q><b>a</b><pre js>b</pre></q>c"],
    ["> ```\n> never closed\n```", "<q>```\nnever closed</q>```"],
    ["```\n> not quoted\n```", "<pre>> not quoted</pre>"],
    [">5 people\n>=3\n>", ">5 people\n>=3\n>"],
  ],
  "lists": [
    ["- a\n- b", "<ul><li>- a<li>- b</ul>"],
    ["Buy:\n* eggs\n* *milk*\nthen", "Buy:<ul><li>* eggs<li>* <i>milk</i></ul>then"],
    ["1. a\n2. b\n\n10) c\n11) d", "<ol><li>1. a<li>2. b</ol>\n<ol><li>10) c<li>11) d</ol>"],
    ["3. a\n3. b\na) c", "<ol><li>3. a<li>3. b<li>a) c</ol>"],
    ["• a\n•  b\n١. ج", "<ul><li>• a<li>•  b</ul><ol><li>١. ج</ol>"],
    [
      "- a\n  - b\n    - c\n\t1. d\n- e",
      "<ul><li>- a<ul><li>- b<li>- c</ul><ol><li>1. d</ol><li>- e</ul>",
    ],
    ["1. a\n- b\n- c\n2. d", "<ol><li>1. a</ol><ul><li>- b<li>- c</ul><ol><li>2. d</ol>"],
    ["  - a\n  - b\n - c", "<ul><li>- a<li>- b<li>- c</ul>"],
    ["- a\n  goes on\n    there\n- **b\n  c**\nend", "<ul><li>- a\ngoes on\n  there<li>- <b>b\nc</b></ul>end"],
    ["- a **b\n- c** d", "<ul><li>- a **b<li>- c** d</ul>"],
    ["- [ ] a\n- [x] b\n\n\nc", "<ul><li>- [ ] a<li>- [x] b</ul>\n\nc"],
    ["1. a\n\n2. b\n\n\n3. c\n\nend", "<ol><li>1. a</ol>\n<ol><li>2. b</ol>\n\n<ol><li>3. c</ol>\nend"],
    ["> - a\n> - b\nc", "<q><ul><li>- a<li>- b</ul></q>c"],
    ["- a\n  ```\n  b\n  ```\n- c", "- a<pre>  b</pre>- c"],
    ["- 🍎\n- 🍌", "<ul><li>- 🍎<li>- 🍌</ul>"],
  ],
  "lists that are none": [
    ["- a\n\nthen\n\n- b", "- a\n\nthen\n\n- b"],
    ["- a\n  goes on", "- a\n  goes on"],
    ["1. a\n1984. b\n2) \n-\n- ", "1. a\n1984. b\n2) \n-\n- "],
    ["- 5\n- 6\n- 7 €", "- 5\n- 6\n- 7 €"],
    ["--force\n--all\n-a\n-b\n*a\n*b", "--force\n--all\n-a\n-b\n*a\n*b"],
    ["---\n- - -\n* * *\n-- \nAda", "---\n- - -\n* * *\n-- \nAda"],
    ["+ a\n+ b\n– c\n– d", "+ a\n+ b\n– c\n– d"],
  ],
  "names": [
    [
      "@Ada, @Ada Lovelace! @李梅你好 (@יוסף)",
      "<at 1>@Ada</at>, <at 2>@Ada Lovelace</at>! <at 3>@李梅</at>你好 (<at 4>@יוסף</at>)",
    ],
    ["**@Ada** *@Ada* _@snake_case_", "<b><at 1>@Ada</at></b> <i><at 1>@Ada</at></i> <i><at 5>@snake_case</at></i>"],
    ["@Adam, @ada, x@Ada, `@Ada`, @ Ada", "@Adam, <at 1>@ada</at>, x@Ada, <code>@Ada</code>, @ Ada"],
    ["\\@Ada \\@Bob \\#design \\#1", "@Ada \\@Bob #design \\#1"],
    [
      "#design, (#Design) 去#design。#design-",
      "<a https://chat.example/r/design>#design</a>, (<a https://chat.example/r/design>#Design</a>) 去" +
      "<a https://chat.example/r/design>#design</a>。<a https://chat.example/r/design>#design</a>-",
    ],
    ["#42 #fff C#design &#design; /#design ##design", "#42 #fff C#design &#design; /#design ##design"],
    [
      "see https://chat.example/r/design/1234, https://chat.example/r/日本",
      "see <a https://chat.example/r/design/1234>#design/1234</a>, <a https://chat.example/r/日本>#日本</a>",
    ],
    [
      "https://chat.example/r/a?b https://chat.example/docs https://chat.example.org/r/a",
      "<a https://chat.example/r/a?b> <a https://chat.example/docs> <a https://chat.example.org/r/a>",
    ],
  ],
  "mail addresses": [
    ["write to team@example.com.", "write to <a mailto:team@example.com>."],
    ["<a.b+c@mail.example.co.uk>, mailto:x@y.de", "<<a mailto:a.b+c@mail.example.co.uk>>, mailto:<a mailto:x@y.de>"],
    ["_me@x.org_ **snake_case@x.org**", "<i><a mailto:me@x.org></i> <b><a mailto:snake_case@x.org></b>"],
    ["联系me@x.org谢谢", "联系<a mailto:me@x.org>谢谢"],
    [
      "git@github.com:a/b icon@2x.png a@b @x.org éme@x.org me@x.orgé a@b.org@c.org a__b@x.org",
      "git@github.com:a/b icon@2x.png a@b @x.org éme@x.org me@x.orgé a@b.org@c.org a__b@x.org",
    ],
    [
      "ssh://git@x.org/a https://a@x.org/ react@18.2.0 .me.@x.org",
      "ssh://git@x.org/a https://a@x.org/ react@18.2.0 .me.@x.org",
    ],
  ],
  "links": [
    ["see https://example.org/a?b=c#d.", "see <a https://example.org/a?b=c#d>."],
    ["HTTPS://EXAMPLE.org/", "<a https://example.org/>HTTPS://EXAMPLE.org/</a>"],
    ["http://localhost:8000/r/x http://[::1]:8000/", "<a http://localhost:8000/r/x> <a http://[::1]:8000/>"],
    [
      "www.example.com/docs, (www.example.com)",
      "<a https://www.example.com/docs>www.example.com/docs</a>, (<a https://www.example.com/>www.example.com</a>)",
    ],
    [
      "https://a.example/,https://b.example/;https://c.example/",
      "<a https://a.example/>,<a https://b.example/>;<a https://c.example/>",
    ],
    [
      "**https://example.org/** _https://example.org/a_b_",
      "<b><a https://example.org/></b> <i><a https://example.org/a_b></i>",
    ],
    ["https://example.org/a*b*c", "<a https://example.org/a*b*c>"],
    [
      "(https://example.org/a_(b)), [https://example.org/x]",
      "(<a https://example.org/a_(b)>), [<a https://example.org/x>]",
    ],
    ['"https://example.org/x","y"', '"<a https://example.org/x>","y"'],
    ["'https://example.org/x','y'", "'<a https://example.org/x>','y'"],
    ["https://en.wikipedia.org/wiki/Pandora's_box!", "<a https://en.wikipedia.org/wiki/Pandora's_box>!"],
    ["<https://example.org/x>|https://example.org/y|", "<<a https://example.org/x>>|<a https://example.org/y>|"],
  ],
  "links beside scripts without spaces": [
    ["文档：https://example.com/guide，详见第二节", "文档：<a https://example.com/guide>，详见第二节"],
    [
      "https://example.com/x。次（https://example.com/y）です",
      "<a https://example.com/x>。次（<a https://example.com/y>）です",
    ],
    [
      "参考https://example.com/a谢谢 **https://example.com/b**です",
      "参考<a https://example.com/a>谢谢 <b><a https://example.com/b></b>です",
    ],
    [
      "「https://example.com/x」、『www.example.com』",
      "「<a https://example.com/x>」、『<a https://www.example.com/>www.example.com</a>』",
    ],
    ["https://zh.example/wiki/中文", "<a https://zh.example/wiki/%E4%B8%AD%E6%96%87>https://zh.example/wiki/中文</a>"],
  ],
  "links that say where they lead": [
    ["[the docs](https://example.com/guide)", "<a https://example.com/guide>the docs (example.com)</a>"],
    [
      "[a](https://en.example/A_(b)) [b](www.example.com)",
      "<a https://en.example/A_(b)>a (en.example)</a> <a https://www.example.com/>b (www.example.com)</a>",
    ],
    ["[https://example.com/x](https://example.com/x)", "<a https://example.com/x>"],
    ["[example.com](https://example.com/x)", "<a https://example.com/x>example.com</a>"],
    ["[www.example.com/x](www.example.com/x)", "<a https://www.example.com/x>www.example.com/x</a>"],
    ["[Example.com](https://example.com/x)", "<a https://example.com/x>Example.com (example.com)</a>"],
    ["[app](http://localhost:8000/)", "<a http://localhost:8000/>app (localhost:8000)</a>"],
    ["[localhost](http://localhost:8000/)", "<a http://localhost:8000/>localhost (localhost:8000)</a>"],
    [
      "[https://bank.example](https://evil.example/)",
      "<a https://evil.example/>https://bank.example (evil.example)</a>",
    ],
    ["[bank.example](https://evil.example/)", "<a https://evil.example/>bank.example (evil.example)</a>"],
    ["[bank.\u200aexample](https://evil.example/)", "<a https://evil.example/>bank.\u200aexample (evil.example)</a>"],
    ["[bankꓸexample](https://evil.example/)", "<a https://evil.example/>bankꓸexample (evil.example)</a>"],
    [
      "[evil.example\u00a0\u202emoc.knab](https://evil.example/)",
      "<a https://evil.example/>evil.example\u00a0\u202emoc.knab (evil.example)</a>",
    ],
    [
      "[bank.example@evil.example](https://evil.example/)",
      "<a https://evil.example/>bank.example@evil.example (evil.example)</a>",
    ],
    ["https://аpple.com/", "<a https://xn--pple-43d.com/>https://аpple.com/ (xn--pple-43d.com)</a>"],
    ["https://0x7f.1/", "<a https://127.0.0.1/>https://0x7f.1/ (127.0.0.1)</a>"],
  ],
  "links that are none": [
    [
      "https:// xhttps://example.org www.example a.www.example.org",
      "https:// xhttps://example.org www.example a.www.example.org",
    ],
    [
      "https://bank.example@evil.example/ https://a:b@evil.example",
      "https://bank.example@evil.example/ https://a:b@evil.example",
    ],
    ["javascript://example.org/%0aalert(1)", "javascript://example.org/%0aalert(1)"],
    [
      "[x](javascript:alert(1)) [x](/y) [x][y] [ ](https://1.2.3.4.5/)",
      "[x](javascript:alert(1)) [x](/y) [x][y] [ ](https://1.2.3.4.5/)",
    ],
  ],
};
