// Holds every exchange of a test against the server's own OpenAPI document.

import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const SECURITY_HEADERS = ['strict-transport-security', 'x-content-type-options', 'x-frame-options',
    'x-xss-protection', 'content-security-policy', 'x-request-id'];

export class Contract {
    constructor(document) {
        this.document = document;
        this.violations = new Map(); // text → how often
        this.checked = 0;
        this.used = new Set();
        this.ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
        addFormats(this.ajv);
        this.ajv.addSchema(document, 'openapi');
        this.validators = new Map();
        this.prefixes = (document.servers ?? [{ url: '/' }])
            .map(({ url }) => new URL(url, 'http://server').pathname.replace(/\/$/, ''));
        this.operations = Object.entries(document.paths).flatMap(([template, item]) =>
            ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']
                .filter((method) => item[method])
                .map((method) => this.operation(template, method, item)));
    }

    operation(template, method, item) {
        const described = item[method];
        const parameters = [...(item.parameters ?? []), ...(described.parameters ?? [])]
            .map((parameter) => this.resolve(parameter));
        const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
        return {
            id: described.operationId,
            template,
            method,
            described,
            parameters,
            pointer: ['paths', template, method],
            pattern: new RegExp(`^${escaped.replace(/\{[^}]+\}/g, '([^/]+)')}$`),
        };
    }

    resolve(node) {
        if (!node?.$ref) return node;
        return node.$ref.slice(2).split('/').reduce((at, part) =>
            at[part.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
    }

    /** The operation a request is for; literal segments win over parameters. */
    find(method, path) {
        if (method === 'HEAD') return this.find('GET', path);
        const paths = [path, ...this.prefixes.filter((prefix) => prefix && path.startsWith(`${prefix}/`))
            .map((prefix) => path.slice(prefix.length))];
        if (/^\/api\/(?!v1\/)/.test(path)) return this.find(method, path.replace('/api/', '/api/v1/'));
        return this.operations
            .filter((operation) => operation.method === method.toLowerCase() &&
                paths.some((candidate) => operation.pattern.test(candidate)))
            .sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0];
    }

    validator(...pointer) {
        const ref = `openapi#/${pointer.map((part) =>
            encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
        if (!this.validators.has(ref)) this.validators.set(ref, this.ajv.compile({ $ref: ref }));
        return this.validators.get(ref);
    }

    violation(exchange, text) {
        const line = `${exchange.method} ${exchange.template ?? exchange.path} → ${exchange.status}: ${text}`;
        this.violations.set(line, (this.violations.get(line) ?? 0) + 1);
    }

    /** `exchange`: method, path with query, requestBody (text), status, headers, bytes. */
    check(exchange) {
        this.checked += 1;
        for (const name of SECURITY_HEADERS) {
            if (!exchange.headers[name]) this.violation(exchange, `no ${name} header`);
        }
        const [path, query = ''] = exchange.path.split('?', 2);
        const operation = this.find(exchange.method, path);
        if (!operation) {
            // What is not in the document must not exist either.
            if (![404, 405].includes(exchange.status)) this.violation(exchange, 'not in the document');
            return;
        }
        exchange = { ...exchange, template: operation.template };
        this.used.add(`${operation.method} ${operation.template}`);
        const { responses } = operation.described;
        const key = [String(exchange.status), `${Math.floor(exchange.status / 100)}XX`, 'default']
            .find((candidate) => responses[candidate]);
        if (!key) return void this.violation(exchange, 'the status is not documented');
        this.checkBody(exchange, operation, key);
        if (exchange.status < 300) this.checkRequest(exchange, operation, query);
    }

    checkBody(exchange, operation, key) {
        let response = operation.described.responses[key];
        let pointer = [...operation.pointer, 'responses', key];
        if (response.$ref) {
            pointer = response.$ref.slice(2).split('/');
            response = this.resolve(response);
        }
        for (const [name, header] of Object.entries(response.headers ?? {})) {
            if (this.resolve(header).required && exchange.headers[name.toLowerCase()] === undefined) {
                this.violation(exchange, `no ${name} header`);
            }
        }
        const content = Object.keys(response.content ?? {});
        if (exchange.method === 'HEAD' || exchange.status === 304) return;
        if (content.length === 0) {
            if (exchange.bytes.length > 0) this.violation(exchange, 'a body where none is documented');
            return;
        }
        const type = (exchange.headers['content-type'] ?? '').split(';')[0];
        if (!content.includes(type)) {
            return void this.violation(exchange, `content type "${type}" instead of ${content.join(', ')}`);
        }
        if (!type.endsWith('json') || !response.content[type].schema) return;
        const validate = this.validator(...pointer, 'content', type, 'schema');
        if (!validate(JSON.parse(exchange.bytes))) {
            this.violation(exchange, `the answer: ${explain(validate.errors)}`);
        }
    }

    checkRequest(exchange, operation, query) {
        const known = operation.parameters.filter((parameter) => parameter.in === 'query');
        for (const name of new URLSearchParams(query).keys()) {
            if (!known.some((parameter) => parameter.name === name)) {
                this.violation(exchange, `accepted the undocumented parameter ${name}`);
            }
        }
        if (!exchange.requestBody) return;
        if (!operation.described.requestBody) return void this.violation(exchange, 'accepted a body');
        const validate = this.validator(...operation.pointer, 'requestBody', 'content', 'application/json', 'schema');
        if (!validate(JSON.parse(exchange.requestBody))) {
            this.violation(exchange, `accepted a request: ${explain(validate.errors)}`);
        }
    }

    assertHeld() {
        if (this.violations.size === 0) return;
        const lines = [...this.violations].map(([line, times]) => `${times} × ${line}`);
        throw new Error(`${lines.length} departures from the API document:\n${lines.join('\n')}`);
    }
}

function explain(errors) {
    return errors.slice(0, 4).map((error) =>
        `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`).join('; ');
}
