/** What the reference page does, as a text: it runs in a browser, without a build of its own. */
export const referenceScript = `
'use strict';
const byId = (id) => document.getElementById(id);
const element = (name, text = '', ...children) => {
  const made = document.createElement(name);
  made.append(...(text === '' ? [] : [text]), ...children);
  return made;
};
const resolve = (spec, value) =>
  value && value.$ref
    ? value.$ref.slice(2).split('/').reduce((at, part) => at[part], spec)
    : value;
const typeText = (schema) => {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.oneOf) return schema.oneOf.map(typeText).join(' or ');
  if (schema.type === 'array') return 'list of ' + typeText(schema.items);
  if (schema.properties) return '{ ' + Object.keys(schema.properties).join(', ') + ' }';
  const types = [].concat(schema.type ?? 'anything').join(' or ');
  return schema.format ? types + ' (' + schema.format + ')' : types;
};
const table = (rows) =>
  element('table', '', element('tbody', '', ...rows.map((cells) =>
    element('tr', '', ...cells.map((cell, at) => element('td', '', element(at === 0 ? 'code' : 'span', cell)))))));
const schemaRows = (schema) =>
  Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name + ((schema.required ?? []).includes(name) ? ' *' : ''),
    typeText(property),
    property.description ?? '',
  ]);
const shown = (spec, title, schema) => {
  const resolved = resolve(spec, schema) ?? {};
  const rows = schemaRows(resolved);
  return [element('h3', title + ': ' + typeText(schema)), ...(rows.length ? [table(rows)] : [])];
};
const curl = (method, path) =>
  "curl -X " + method.toUpperCase() + " -H 'Authorization: Bearer <token>' '" + location.origin + path + "'";
const operationElement = (spec, path, shared, method, operation) => {
  const body = element('div');
  const parameters = [...shared, ...(operation.parameters ?? [])].map((each) => resolve(spec, each));
  body.append(element('h3', 'From the command line'), element('pre', curl(method, path)));
  if (parameters.length) {
    body.append(element('h3', 'Parameters'), table(parameters.map((each) => [
      each.name + (each.required ? ' *' : ''), each.in, each.description ?? typeText(each.schema)])));
  }
  const content = operation.requestBody?.content?.['application/json'];
  if (content) {
    const alternatives = content.schema.oneOf ?? [content.schema];
    body.append(...shown(spec, 'Body', alternatives[0]));
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    const { description, content: answer } = resolve(spec, response);
    body.append(element('h3', status === 'default' ? 'Otherwise' : status), element('p', description));
    const schema = answer?.['application/json']?.schema;
    if (schema) body.append(...shown(spec, 'Answer', schema));
  }
  const label = element('summary', '', element('b', method.toUpperCase()), element('code', path),
    element('span', operation.summary ?? ''));
  return element('details', '', label, body);
};
const methods = ['get', 'post', 'put', 'patch', 'delete'];
const show = (spec) => {
  const sections = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of methods.filter((each) => item[each])) {
      const tag = item[method].tags?.[0] ?? 'The server';
      if (!sections.has(tag)) sections.set(tag, element('section', '', element('h2', tag)));
      sections.get(tag).append(operationElement(spec, path, item.parameters ?? [], method, item[method]));
    }
  }
  byId('routes').replaceChildren(...sections.values());
  byId('description').textContent = spec.info.description;
};
const ask = async () => {
  const token = byId('token').value.trim();
  byId('failure').textContent = '';
  try {
    const response = await fetch('/openapi.json', token === '' ? {} : { headers: { Authorization: 'Bearer ' + token } });
    const answer = await response.json();
    if (response.ok) show(answer);
    else if (response.status !== 401 || token !== '') byId('failure').textContent = answer.error.message;
  } catch (error) {
    byId('failure').textContent = 'The server does not answer: ' + error.message;
  }
};
byId('ask').addEventListener('submit', (event) => { event.preventDefault(); ask(); });
ask();
`;
