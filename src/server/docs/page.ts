import type { PageAssets } from '../bundle.ts';
import { REFUSALS, type RefusalCode } from '../../domain/kernel/index.ts';
import { STATUS_BY_CODE } from '../http/problem.ts';
import { type ApiDocument, type Content, type Group, type Json, type Operation, type Parameter, textAt } from './document.ts';
import { curlOf } from './example.ts';
import { type Field, fieldsOf, kindOf } from './fields.ts';
import { frame } from './frame.ts';
import { html, type Html } from './html.ts';

/** The whole interface on one page, readable without a script: everything can be found with the browser's own search too. */
export function docsPage({ description, groups, schemas }: ApiDocument, assets: PageAssets): string {
  const named = new Map(schemas);
  const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  return frame('API of Ordo', '/docs/api', assets, html`
<nav class="docs-nav" aria-label="Operations">${groups.map(navGroup)}
<section class="docs-group"><h2><a href="#schemas">schemas</a></h2></section></nav>
<main id="main">
<h1>API of Ordo</h1>
${description.split(/\n\s*\n/).map((paragraph) => html`<p class="docs-text">${paragraph}</p>`)}
<p class="docs-text">The same as a document for programs: <a href="/openapi.json">openapi.json</a>. Whatever goes wrong is answered as a <a href="#schema-Problem">Problem</a> with one of the <a href="/docs/errors">error codes</a>, by every operation. The commands below take the address from <code>ORDO_URL</code> and a key, made by <code>ordo keys create</code>, from <code>ORDO_API_KEY</code>.</p>
<form role="search" class="docs-search"><label for="search">Search operations</label><input id="search" type="search" name="q" autocomplete="off" spellcheck="false" placeholder="hold, tracking, /v1/stock …"><output id="found" for="search" data-all="${count}">${count} operations</output></form>
${groups.map((group) => section(group, named))}
<section class="docs-group" id="schemas"><h2>Schemas</h2>${schemas.map(([name, schema]) => html`
<article class="docs-schema" id="schema-${name}"><h3><a class="docs-anchor" href="#schema-${name}">${name}</a></h3>${textAt(schema, 'description') === '' ? null : html`<p>${textAt(schema, 'description')}</p>`}${shape(schema, `Fields of ${name}`)}</article>`)}</section>
</main>`).text;
}

const navGroup = ({ name, operations }: Group): Html => html`
<section class="docs-group"><h2>${name}</h2><ul>${operations.map(({ id, method, path, summary }) => html`<li data-for="${id}"><a href="#${id}" title="${summary}"><span class="method ${method.toLowerCase()}">${method}</span> <span class="path">${path}</span></a></li>`)}</ul></section>`;

const section = ({ name, operations }: Group, schemas: ReadonlyMap<string, Json>): Html => html`
<section class="docs-group" id="group-${name.replaceAll(' ', '-')}"><h2>${name}</h2>${operations.map((operation) => article(operation, schemas))}</section>`;

function article(operation: Operation, schemas: ReadonlyMap<string, Json>): Html {
  const { id, method, path, summary, description, parameters, body, answers } = operation;
  return html`
<article class="docs-operation" id="${id}">
<h3><a class="docs-anchor" href="#${id}">${summary}</a></h3>
<p class="docs-address"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> <span class="muted">${id}</span></p>
${description === '' ? null : html`<p class="docs-text">${description}</p>`}
${parameters.length === 0 ? null : html`<h4>Parameters</h4>${parameterTable(parameters, `Parameters of ${id}`)}`}
${body === null ? null : html`<h4>Body <span class="muted">${body.type}</span></h4>${content(body, `Body of ${id}`)}`}
<h4>Example</h4><pre class="docs-code" tabindex="0" role="group" aria-label="Example of ${id}"><code>${curlOf(operation, schemas)}</code></pre>
<h4>Answers</h4>${answers.filter(({ status }) => status !== 'default').map((answer) => html`<div class="docs-answer"><p><b>${answer.status}</b> ${answer.description}</p>${answer.content === null ? null : content(answer.content, `Answer ${answer.status} of ${id}`)}</div>`)}
</article>`;
}

const content = ({ type, schema }: Content, label: string): Html => (type.includes('json') && type !== 'application/x-ndjson' ? shape(schema, label) : html`<p>${type === 'application/x-ndjson' ? 'One JSON object a line.' : type}</p>`);

function shape(schema: Json, label: string): Html {
  const fields = fieldsOf(schema);
  return fields.length === 0 ? html`<p>${kindOf(schema)}</p>` : table(label, ['Field', 'Value'], fields.map(row));
}

const row = ({ path, required, schema }: Field): Html => html`<tr><th scope="row"><code>${path}</code>${required ? html` <span class="needed">required</span>` : null}</th><td>${kindOf(schema)}${textAt(schema, 'description') === '' ? null : html`. ${textAt(schema, 'description')}`}</td></tr>`;

const parameterTable = (parameters: readonly Parameter[], label: string): Html => table(label, ['Parameter', 'Value'], parameters.map(({ name, place, required, schema, description }) => html`
<tr><th scope="row"><code>${name}</code> <span class="muted">${place}</span>${required ? html` <span class="needed">required</span>` : null}</th><td>${kindOf(schema)}${description === '' ? null : html`. ${description}`}</td></tr>`));

const table = (label: string, head: readonly string[], rows: readonly Html[]): Html => html`<table class="docs-table"><caption class="visually-hidden">${label}</caption><thead><tr>${head.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;

/** Where the type of every problem leads. */
export function errorsPage(assets: PageAssets): string {
  const codes = (Object.keys(REFUSALS) as RefusalCode[]).toSorted();
  return frame('Error codes of Ordo', '/docs/errors', assets, html`
<nav class="docs-nav" aria-label="Error codes"><section class="docs-group"><h2>Codes</h2><ul>${codes.map((code) => html`<li><a href="#${code}">${code}</a></li>`)}</ul></section></nav>
<main id="main"><h1>Error codes</h1>
<p class="docs-text">Every refusal is <code>application/problem+json</code> with one of these codes. A code keeps its meaning; texts may improve.</p>
<section>${codes.map((code) => html`<article class="docs-schema" id="${code}"><h2><a class="docs-anchor" href="#${code}">${code}</a></h2><p><b>HTTP ${STATUS_BY_CODE[code]}.</b> ${REFUSALS[code].title}.</p><p>${REFUSALS[code].fix}</p></article>`)}</section>
</main>`).text;
}
