// The API's page: every operation of openapi.json, with a form that really sends it.
'use strict';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

let description = null;

/** An element with properties and children; text is always text, never markup. */
function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (key in made) made[key] = value;
        else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
}

/** The thing itself, when it is a reference into the description. */
function resolve(thing) {
    let found = thing;
    while (found && found.$ref) {
        const steps = found.$ref.replace('#/', '').split('/');
        found = steps.reduce((at, step) => at[step.replace('~1', '/').replace('~0', '~')],
            description);
    }
    return found ?? {};
}

const byFormat = {
    'date-time': '2026-01-15T10:00:00.000Z',
    date: '2026-01-15',
    email: 'sara@example.com',
    uri: 'https://example.com',
};

/** A value that a schema would accept, as far as it can be guessed. */
function example(schemaOrReference, depth = 0) {
    const schema = resolve(schemaOrReference);
    if (schema.example !== undefined) return schema.example;
    if (schema.default !== undefined) return schema.default;
    if (schema.enum) return schema.enum[0];
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => example(one, depth)));
    const choice = (schema.oneOf ?? schema.anyOf)?.[0];
    if (choice) return example(choice, depth);
    switch (schema.type) {
        case 'integer':
        case 'number': return schema.minimum ?? 1;
        case 'boolean': return false;
        case 'array': return depth > 5 ? [] : [example(schema.items, depth + 1)];
        case 'string': return byFormat[schema.format] ?? prefixOf(schema.pattern);
        default: return exampleObject(schema, depth);
    }
}

/** "prod_" of an id's pattern "^prod_[…]": the reader fills in the rest. */
function prefixOf(pattern = '') {
    return /^\^([a-z]+_)/.exec(pattern)?.[1] ?? '';
}

function exampleObject(schema, depth) {
    const made = {};
    if (depth > 5) return made;
    const required = schema.required ?? [];
    const names = Object.keys(schema.properties ?? {});
    const shown = required.length > 0 ? names.filter((name) => required.includes(name)) : names;
    for (const name of shown) made[name] = example(schema.properties[name], depth + 1);
    return made;
}

function bodySchema(operation) {
    return resolve(operation.requestBody).content?.['application/json']?.schema;
}

/** Every operation of the description, in its order. */
function operationsOf(document_) {
    const found = [];
    for (const [path, item] of Object.entries(document_.paths ?? {})) {
        for (const method of methods.filter((one) => item[one])) {
            const operation = item[method];
            const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
            found.push({
                path,
                method,
                operation,
                base: (operation.servers ?? item.servers ?? document_.servers ?? [])[0]?.url ?? '',
                tag: operation.tags?.[0] ?? 'Other',
                parameters: parameters.map(resolve),
            });
        }
    }
    return found;
}

function parameterField(parameter) {
    const schema = resolve(parameter.schema);
    const name = element('span', {className: parameter.required ? 'required' : ''},
        `${parameter.name} (${parameter.in})`);
    const input = schema.enum
        ? element('select', {}, ...['', ...schema.enum].map((one) => element('option', {}, one)))
        : element('input', {type: 'text', placeholder: String(schema.default ?? ''),
            autocomplete: 'off'});
    input.title = parameter.description ?? '';
    return {parameter, input, field: element('label', {}, name, input)};
}

function address(entry) {
    return entry.base.replace(/\/$/, '') + entry.path;
}

/** Where to, with which headers: from the fields that are filled in. */
function requestOf(entry, fields, body) {
    let path = address(entry);
    const query = new URLSearchParams();
    const headers = {Accept: 'application/json'};
    for (const {parameter, input} of fields) {
        const value = input.value.trim();
        if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`,
            encodeURIComponent(value));
        else if (value === '') continue;
        else if (parameter.in === 'query') query.append(parameter.name, value);
        else if (parameter.in === 'header') headers[parameter.name] = value;
    }
    const key = document.getElementById('api-key').value.trim();
    if (key) headers.Authorization = `Bearer ${key}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const text = query.toString();
    return {
        url: text ? `${path}?${text}` : path,
        options: {method: entry.method.toUpperCase(), headers, body},
    };
}

function pretty(text, type) {
    if (!type.includes('json')) return text;
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

async function send(entry, fields, body, shown) {
    const {url, options} = requestOf(entry, fields, body);
    const started = performance.now();
    try {
        const response = await fetch(url, options);
        const text = await response.text();
        const took = Math.round(performance.now() - started);
        const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
        shown.replaceChildren(
            element('h3', {className: response.ok ? '' : 'failed'},
                `${response.status} ${response.statusText} · ${took} ms`),
            element('pre', {tabIndex: 0, ariaLabel: 'Request'}, `${options.method} ${url}`),
            element('pre', {tabIndex: 0, ariaLabel: 'Headers'}, headers.join('\n')),
            element('pre', {tabIndex: 0, ariaLabel: 'Body'},
                pretty(text, response.headers.get('content-type') ?? '')));
    } catch (failure) {
        shown.replaceChildren(element('p', {className: 'failed'}, String(failure)));
    }
}

function operationForm(entry) {
    const {operation} = entry;
    const fields = entry.parameters.map(parameterField);
    const schema = bodySchema(operation);
    const body = schema && element('textarea', {spellcheck: false, ariaLabel: 'Body',
        value: JSON.stringify(example(schema), null, 2)});
    const shown = element('div', {role: 'status'});
    const button = element('button', {type: 'submit'}, 'Send');
    const form = element('form', {className: 'operation'});
    if (operation.description) form.append(element('p', {}, operation.description));
    if (fields.length > 0) {
        form.append(element('h3', {}, 'Parameters'),
            element('div', {className: 'parameters'}, ...fields.map((one) => one.field)));
    }
    if (body) form.append(element('h3', {}, 'Body'), body);
    form.append(element('h3', {}, 'Answers'), element('p', {}, answersOf(operation)), button, shown);
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        button.disabled = true;
        await send(entry, fields, body && body.value.trim() !== '' ? body.value : undefined, shown);
        button.disabled = false;
    });
    return form;
}

function answersOf(operation) {
    return Object.entries(operation.responses ?? {})
        .map(([status, answer]) => `${status} ${resolve(answer).description ?? ''}`.trim())
        .join(' · ');
}

function operationView(entry) {
    const {operation, method} = entry;
    const path = address(entry);
    const view = element('details', {id: operation.operationId ?? `${method}-${path}`},
        element('summary', {},
            element('span', {className: 'method'}, method.toUpperCase()),
            element('span', {className: 'path'}, path),
            element('span', {className: 'summary'}, operation.summary ?? '')));
    // A form is made when it is first looked at: there are many.
    view.addEventListener('toggle', () => {
        if (view.open && !view.querySelector('form')) view.append(operationForm(entry));
    });
    view.dataset.text = `${method} ${path} ${operation.summary ?? ''} ${entry.tag}`.toLowerCase();
    return view;
}

function show(document_) {
    description = document_;
    const {info = {}} = document_;
    document.title = info.title ?? document.title;
    document.getElementById('title').textContent = `${info.title ?? 'API'} ${info.version ?? ''}`;
    document.getElementById('description').textContent = info.description ?? '';
    for (const [tag, entries] of groupByTag(operationsOf(document_))) {
        const anchor = `tag-${tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
        document.getElementById('tags').append(element('a', {href: `#${anchor}`}, tag));
        document.getElementById('operations').append(
            element('section', {ariaLabel: tag}, element('h2', {id: anchor}, tag),
                ...entries.map(operationView)));
    }
}

function groupByTag(entries) {
    const groups = new Map();
    for (const entry of entries) groups.set(entry.tag, [...(groups.get(entry.tag) ?? []), entry]);
    return groups;
}

function filter(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const view of document.querySelectorAll('details')) {
        view.hidden = !wanted.every((word) => view.dataset.text.includes(word));
    }
    for (const section of document.querySelectorAll('section')) {
        section.hidden = !section.querySelector('details:not([hidden])');
    }
}

async function start() {
    document.getElementById('settings').addEventListener('submit', (event) => event.preventDefault());
    document.getElementById('filter').addEventListener('input',
        (event) => filter(event.target.value));
    try {
        const response = await fetch('openapi.json');
        if (!response.ok) throw new Error(`openapi.json: ${response.status}`);
        show(await response.json());
    } catch (failure) {
        const place = document.getElementById('description');
        place.textContent = `The description could not be read. ${failure}`;
        place.className = 'failed';
    }
}

start();
