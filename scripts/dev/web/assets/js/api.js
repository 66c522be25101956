// The contract of the API, from its OpenAPI document: operations, types and problem codes.
//
// data-testid: api-code (data-code), api-list, api-operation (data-id), api-type (data-name).
import { fill, h } from './dom.js';
import { requestJSON } from './http.js';
import { button, devbar, loading, paragraphs, problemNotice } from './ui.js';

const app = document.getElementById('app');

const callers = { user: 'a user’s token', backend: 'Hire’s backend', gateway: 'Hire’s mail gateway', browser: 'a browser, without a token' };
const kinds = { GET: 'ok', POST: 'accent', PUT: 'warn', DELETE: 'error' };

async function begin() {
  devbar('api', { gmail: '' });
  fill(app, h('main', { id: 'main' }, h('div', { class: 'page' }, loading(7))));
  let info;
  let contract;
  try {
    [info, contract] = await Promise.all([requestJSON('/dev/info'), requestJSON('/api/openapi.json')]);
  } catch (err) {
    return void fill(app, h('main', { id: 'main' }, h('div', { class: 'page' }, problemNotice(err, { actions: [button('Try again', 'refresh', begin)] }))));
  }
  devbar('api', info);
  draw(contract);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function draw(contract) {
  const all = Object.entries(contract.paths).flatMap(([path, item]) => Object.entries(item).map(([method, o]) => ({ path, method: method.toUpperCase(), ...o })));
  const groups = contract.tags.map((t) => ({ name: t.name, operations: all.filter((o) => o.tags.includes(t.name)) }));
  const types = Object.entries(contract.components.schemas);
  fill(app, h('main', { id: 'main', tabindex: -1 }, h('div', { class: 'page' },
    h('header', { class: 'page-head' }, h('div', null, h('h1', null, 'API'), h('p', { class: 'muted' }, `Version ${contract.info.version}. `, h('a', { href: '/api/openapi.json' }, 'The OpenAPI document'), ' is what this page is made of, and a typed client as well.'))),
    h('div', { class: 'api' },
      h('nav', { class: 'api-list', 'aria-label': 'Operations', testid: 'api-list' },
        groups.map((g) => h('div', null, h('h2', null, g.name), h('ul', null, g.operations.map((o) => h('li', null, h('a', { href: `#${o.operationId}` }, o.operationId)))))),
        h('div', null, h('h2', null, 'More'), h('ul', null, h('li', null, h('a', { href: '#types' }, 'Types')), h('li', null, h('a', { href: '#codes' }, 'Problem codes'))))),
      h('div', { class: 'api-body' },
        paragraphs(contract.info.description),
        groups.map((g) => h('section', { 'aria-label': g.name }, h('h2', null, g.name), g.operations.map((o) => operation(o, contract)))),
        h('section', { 'aria-labelledby': 'types' }, h('h2', { id: 'types' }, 'Types'), types.map(([name, s]) => type(name, s))),
        h('section', { 'aria-labelledby': 'codes' }, h('h2', { id: 'codes' }, 'Problem codes'), h('div', { class: 'card' }, h('div', { class: 'card-body' }, h('ul', { class: 'api-rows' },
          Object.entries(contract['x-problem-codes']).map(([code, c]) => h('li', { id: `code-${code}`, testid: 'api-code', data: { code } }, h('span', { class: 'mono' }, code), h('span', null, `${c.status} ${c.title}. `, h('span', { class: 'what' }, c.detail)))))))))))));
}

function operation(o, contract) {
  const body = o.requestBody?.content ?? {};
  return h('article', { class: 'card operation', id: o.operationId, testid: 'api-operation', data: { id: o.operationId } }, h('div', { class: 'card-body' },
    h('div', null, h('h3', null, o.summary), o.description && h('p', { class: 'muted' }, o.description)),
    h('p', { class: 'route' }, h('span', { class: `badge ${kinds[o.method]}` }, o.method), h('code', null, o.path), h('span', { class: 'badge' }, callers[o['x-caller']])),
    o.parameters && h('div', null, h('h4', null, 'Parameters'), h('ul', { class: 'api-rows' }, o.parameters.map((p) => h('li', null,
      h('span', null, h('span', { class: 'mono' }, p.name), h('span', { class: 'what' }, ` ${p.in}${p.required ? ', required' : ''}`)), h('span', null, p.description, ' ', h('span', { class: 'what' }, bounds(p.schema))))))),
    Object.keys(body).length > 0 && h('div', null, h('h4', null, 'Body'), h('ul', { class: 'api-rows' }, Object.entries(body).map(([kind, c]) => h('li', null, h('span', { class: 'mono' }, kind), shape(c.schema))))),
    h('div', null, h('h4', null, 'Answers'), h('ul', { class: 'api-rows' }, Object.entries(o.responses).map(([status, r]) => h('li', null, h('span', { class: 'mono' }, status), answer(r, contract))))),
    examples(o)));
}

function answer(r) {
  const codes = r.content?.['application/problem+json']?.schema.allOf[1].properties.code.enum;
  if (codes) return h('span', null, codes.map((code, i) => [i > 0 && ', ', h('a', { class: 'mono', href: `#code-${code}` }, code)]));
  return h('span', null, Object.entries(r.content ?? {}).map(([kind, c], i) => [i > 0 && ', ', h('span', { class: 'mono' }, kind), ' ', shape(c.schema)]), ' ', h('span', { class: 'what' }, r.description));
}

// shape says of what form a value is, with a link to its type.
function shape(s) {
  if (s.$ref) {
    const name = s.$ref.split('/').pop();
    return h('a', { href: `#type-${name}` }, name);
  }
  if (s.type === 'array') return h('span', null, 'list of ', shape(s.items));
  if (s.additionalProperties?.type) return h('span', null, `${s.additionalProperties.type} by name`);
  return h('span', { class: 'what' }, [s.type, s.description].filter(Boolean).join(': ') || 'bytes');
}

function bounds(s) {
  const out = [];
  if (s.enum) out.push(s.enum.map((v) => v || '(empty)').join(', '));
  if (s.format) out.push(s.format);
  if (s.minimum !== undefined || s.maximum !== undefined) out.push(`${s.minimum ?? ''} to ${s.maximum ?? '…'}`);
  if (s.maxLength) out.push(`at most ${s.maxLength} characters`);
  if (s.maxItems) out.push(`at most ${s.maxItems}`);
  return out.length > 0 ? `(${out.join('; ')})` : '';
}

function type(name, s) {
  return h('article', { class: 'card operation', id: `type-${name}`, testid: 'api-type', data: { name } }, h('div', { class: 'card-body' },
    h('div', null, h('h3', null, name), h('p', { class: 'muted' }, s.description)),
    s.properties && h('ul', { class: 'api-rows' }, Object.entries(s.properties).map(([member, p]) => h('li', null,
      h('span', null, h('span', { class: 'mono' }, member), !(s.required ?? []).includes(member) && h('span', { class: 'what' }, ' may be left out')),
      h('span', null, p.$ref || p.type !== 'string' ? [shape({ ...p, description: undefined }), ' '] : '', p.description ?? '', ' ', h('span', { class: 'what' }, bounds(p))))))));
}

// examples are those of an operation: what is asked, and what is answered.
function examples(o) {
  const found = [];
  for (const [status, r] of Object.entries(o.responses)) {
    for (const c of Object.values(r.content ?? {})) for (const [name, e] of Object.entries(c.examples ?? {})) found.push({ name, status, ...e });
    for (const [name, e] of Object.entries(r['x-examples'] ?? {})) found.push({ name, status, ...e });
  }
  return h('div', null, found.map((e) => {
    const given = (o.parameters ?? []).filter((p) => p.examples?.[e.name]).map((p) => `${p.name}: ${p.examples[e.name].value}`);
    const sent = Object.values(o.requestBody?.content ?? {}).map((c) => c.examples?.[e.name]?.value).find((v) => v !== undefined);
    const answered = [`${e.status}`, ...Object.entries(e['x-headers'] ?? {}).map(([k, v]) => `${k}: ${v}`)];
    return h('details', null, h('summary', null, `Example: ${e.summary}`),
      (given.length > 0 || sent !== undefined) && code('Request', [...given, ...(sent === undefined ? [] : [text(sent)])].join('\n')),
      code('Answer', [...answered, ...(e.value === undefined ? [] : [text(e.value)])].join('\n')));
  }));
}

const text = (v) => (typeof v === 'string' ? v : JSON.stringify(v, null, 2));
const code = (label, content) => h('pre', { tabindex: 0, 'aria-label': label }, content);

begin();
