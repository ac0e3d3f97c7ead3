import { VERSION } from "../version.ts";

/** A route as the page shows it. */
export interface PageRoute {
  readonly method: string;
  readonly pattern: string;
  readonly about: string;
  /** A command line that tries it. */
  readonly command: string;
  /** A target to open in the browser, where it can be. */
  readonly link: string | undefined;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\
<rect width="32" height="32" rx="7" fill="#0b5f66"/>\
<path d="M6 25V16a10 10 0 0 1 20 0v9" fill="none" stroke="#fff" stroke-width="3"/>\
<path d="M9 21q3.500-3 7 0t7 0M9 26q3.500-3 7 0t7 0" fill="none" stroke="#7fd6dc" stroke-width="2"/></svg>`;

/** A bank with the mouth of a culvert in it, and the water that leaves it. */
const PICTURE = `<svg class="picture" viewBox="0 0 240 96" aria-hidden="true">
<path class="bank" d="M0 34Q60 18 120 22T240 30V96H0Z"/>
<path class="mouth" d="M84 84V60a36 36 0 0 1 72 0v24Z"/>
<path class="stones" d="M78 84V60a42 42 0 0 1 84 0v24"/>
<path class="water" d="M0 84H240V96H0Z"/>
<path class="wave" d="M84 75q6-5 12 0t12 0 12 0 12 0 12 0 12 0"/>
<path class="wave" d="M0 88q10-6 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0 20 0 20 0 20 0 20 0"/>
</svg>`;

const STYLE = `
:root {
  --paper: #f6f5f0; --card: #fff; --ink: #1b2422; --quiet: #55615d; --line: #dcdfd6;
  --water: #0b5f66; --post: #8a4300; --code: #eef1ec; --shade: #12312f; --bank: #b9bfa4;
  --stone: #7d8474; --stream: #0b5f66; --wave: #8fdde2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1514; --card: #15201e; --ink: #e4ebe8; --quiet: #9daca7; --line: #263431;
    --water: #6fd0d6; --post: #f2b179; --code: #0e1715; --shade: #050908; --bank: #26332b;
    --stone: #54625a; --stream: #17565c; --wave: #6fd0d6;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; padding: 2rem 1.25rem 3rem;
}
body > * { max-width: 56rem; margin-inline: auto; }
h1 { font-size: clamp(2.2rem, 7vw, 3.2rem); line-height: 1.1; letter-spacing: -0.03em; }
h1 small { color: var(--quiet); font-size: 1rem; font-weight: 400; letter-spacing: 0; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 0.75rem; }
h3 { font-size: 1rem; font-weight: 600; display: flex; gap: 0.6rem; align-items: baseline; }
code, dd, pre { font-family: ui-monospace, "Cascadia Code", Menlo, Consolas, monospace; }
code, dd { font-size: 0.92em; overflow-wrap: anywhere; }
.picture { float: right; width: 15rem; border-radius: 0.75rem; margin: 0 0 0.5rem 1.5rem; }
.lede { color: var(--quiet); font-size: 1.15rem; max-width: 36rem; margin-top: 0.6rem; }
dl {
  display: flex; flex-wrap: wrap; gap: 1px;
  background: var(--line); border: 1px solid var(--line); border-radius: 0.75rem; overflow: hidden;
}
dl div { background: var(--card); padding: 0.7rem 1rem; flex: 1 1 11rem; }
dl div:last-child { flex-basis: 100%; }
dt { color: var(--quiet); font-size: 0.85rem; }
ul {
  list-style: none; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr));
}
li {
  background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem;
  display: flex; flex-direction: column;
}
li p { color: var(--quiet); margin: 0.3rem 0 0.75rem; }
h3 a { margin-left: auto; font-weight: 400; }
.method { color: var(--water); font-size: 0.85rem; letter-spacing: 0.04em; }
.method.POST { color: var(--post); }
pre {
  background: var(--code); border-radius: 0.5rem; padding: 0.55rem 0.75rem; margin-top: auto;
  font-size: 0.9rem; white-space: pre-wrap; user-select: all;
}
a { color: var(--water); text-underline-offset: 0.2em; }
a:focus-visible { outline: 3px solid var(--water); outline-offset: 3px; border-radius: 0.2rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { color: var(--quiet); margin-top: 2rem; font-size: 0.92rem; }
.bank { fill: var(--bank); } .mouth { fill: var(--shade); } .water { fill: var(--stream); }
.stones { fill: none; stroke: var(--stone); stroke-width: 12; stroke-dasharray: 13 2; }
.wave { fill: none; stroke: var(--wave); stroke-width: 2; }
@media (max-width: 40rem) { .picture { float: none; width: 100%; margin: 0 0 1.25rem; } }
`;

/** Makes a page of facts about a request (a name and a value each) and of routes to try. */
export function renderPage(
  facts: readonly (readonly [name: string, value: string])[],
  routes: readonly PageRoute[],
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="The showcase of Culvert, an HTTP/1.1 server from the socket up">
<title>Culvert ${VERSION}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style>${STYLE}</style>
</head>
<body>
<header>
${PICTURE}
<h1>Culvert <small>${VERSION}</small></h1>
<p class="lede">An HTTP/1.1 server from the socket up. Every octet of your request was read,
and every octet of this page written, by its own code.</p>
</header>
<main>
<section aria-labelledby="request">
<h2 id="request">Your request</h2>
<dl>
${facts.map(renderFact).join("\n")}
</dl>
</section>
<section aria-labelledby="routes">
<h2 id="routes">Routes</h2>
<ul>
${routes.map(renderRoute).join("\n")}
</ul>
</section>
</main>
<footer><p>What no route answers gets 404, a method that none has 405 with <code>Allow</code>,
and a request that breaks HTTP/1.1 a refusal that names the reason.</p></footer>
</body>
</html>
`;
}

function renderFact([name, value]: readonly [string, string]): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function renderRoute({ method, pattern, about, command, link }: PageRoute): string {
  return `<li>
<h3><span class="method ${method}">${method}</span> <code>${escapeHtml(pattern)}</code>
${link === undefined ? "" : renderLink(link)}</h3>
<p>${escapeHtml(about)}</p>
<pre><code>${escapeHtml(command)}</code></pre>
</li>`;
}

function renderLink(target: string): string {
  const name = escapeHtml(target);
  return `<a href="${name}">Open<span class="unseen"> ${name}</span></a>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
