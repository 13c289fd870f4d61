// Ways to spoil a request that is right, made from the schema that says what right is. Each spoiled
// request is text, since much of what is wrong (1e400, a name twice, broken UTF-8) no object can say.

const HOLE = '\u0001hole\u0001';
const HUGE = ['9223372036854775808', '-9223372036854775809', '1e400', '1e18446744073709551616'];
// No value of any type: the document does not parse, so no field can be named.
const NO_JSON = ['1e400', '1e18446744073709551616', 'a half surrogate', 'nested 100 deep'];
const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);

const spoiled = (what, field, text) => ({ what, field: NO_JSON.includes(what) ? '' : field, at: field, text });

/** The body with the value at `path` replaced by raw JSON text; null takes the member away. */
function withRaw(body, path, raw) {
    const copy = structuredClone(body);
    const last = path.at(-1);
    const parent = path.slice(0, -1).reduce((at, step) => at[step], copy);
    if (raw === null) delete parent[last];
    else parent[last] = HOLE;
    return JSON.stringify(copy).replace(JSON.stringify(HOLE), () => raw);
}

const nameOf = (path) => path.reduce((text, step) =>
    (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step), '');

/** Raw values that a schema does not allow: [what, raw JSON]. */
export function wrongValues(schema, resolve) {
    const wrong = [];
    const kinds = (schema.oneOf ?? schema.anyOf ?? [schema]).map(resolve);
    const types = kinds.map(({ type }) => type);
    const nullable = kinds.some((kind) => kind.nullable) || schema.nullable;
    const others = { string: '"surely-not"', integer: '42', boolean: 'true', array: '[[]]', object: '{"surely":"not"}' };
    for (const [type, raw] of Object.entries(others)) {
        if (types.includes(type) || (type === 'integer' && types.includes('number'))) continue;
        wrong.push([`a ${type}`, raw]);
    }
    if (!nullable) wrong.push(['null', 'null']);
    wrong.push(['nested 100 deep', nested(100)]);
    for (const kind of kinds) {
        if (kind.type === 'integer') wrong.push(...wrongIntegers(kind));
        if (kind.type === 'string' && kinds.length === 1) wrong.push(...wrongTexts(kind));
        if (kind.type === 'array' && kind.minItems) wrong.push(['an empty list', '[]']);
    }
    return wrong;
}

function wrongIntegers({ minimum, maximum }) {
    const wrong = [['a fraction', '1.5'], ['a number in quotes', '"1"'], ...HUGE.map((raw) => [raw, raw])];
    if (minimum !== undefined) wrong.push(['too small', String(minimum - 1)]);
    if (minimum >= 0) wrong.push(['negative', '-1']);
    if (maximum !== undefined) wrong.push(['too large', String(BigInt(maximum) + 1n)]);
    return wrong;
}

function wrongTexts({ minLength, maxLength, format, pattern, enum: choices }) {
    // A text without a bound of its own is bounded all the same, or memory is not.
    const wrong = [['too long', JSON.stringify('x'.repeat((maxLength ?? 20_000) + 1))]];
    if (minLength) wrong.push(['empty', '""']);
    if (format || pattern || choices) wrong.push(['of another form', '"?!"']);
    wrong.push(['a NUL inside', '"a\\u0000b"'], ['a half surrogate', '"\\ud800"']);
    return wrong;
}

/** Every field of a body spoiled in every way: { what, at, field, text }; errors must name `field`. */
export function* spoiledBodies(schema, body, resolve) {
    yield* spoiledObject(resolve(schema), body, [], body, resolve);
    yield* spoiledWhole(body);
}

function* spoiledObject(schema, value, path, body, resolve) {
    for (const [name, unresolved] of Object.entries(schema.properties ?? {})) {
        const at = [...path, name];
        const field = nameOf(at);
        const member = resolve(unresolved);
        if (schema.required?.includes(name)) yield spoiled('missing', field, withRaw(body, at, null));
        for (const [what, raw] of wrongValues(member, resolve)) {
            yield spoiled(what, field, withRaw(body, at, raw));
        }
        const inner = value?.[name];
        if (member.type === 'object' && inner) yield* spoiledObject(member, inner, at, body, resolve);
        if (member.type === 'array' && inner?.length) {
            const items = resolve(member.items);
            if (items.type === 'object') yield* spoiledObject(items, inner[0], [...at, 0], body, resolve);
            for (const [what, raw] of wrongValues(items, resolve)) {
                yield spoiled(what, nameOf([...at, 0]), withRaw(body, [...at, 0], raw));
            }
        }
    }
    const unknown = [...path, 'surelyUnknown'];
    yield spoiled('unknown', nameOf(unknown), withRaw(body, unknown, '1'));
    const first = Object.keys(value ?? {})[0];
    if (first) {
        const text = path.length ? withRaw(body, path, twice(value, first)) : twice(body, first);
        yield spoiled('given twice', nameOf([...path, first]), text);
    }
}

const twice = (object, name) =>
    `{${JSON.stringify(name)}:${JSON.stringify(object[name])},${JSON.stringify(object).slice(1)}`;

/** What is wrong with the document as a whole; no field can be named. */
function* spoiledWhole(body) {
    const text = JSON.stringify(body);
    const whole = {
        'an empty body': '', 'a list': '[]', 'null': 'null', 'a text': '"x"', 'a number': '1',
        'cut short': text.slice(0, -1), 'followed by more': `${text}{}`, 'with a comment': `${text}/*x*/`,
        'nested 100 deep': nested(100), 'nested 100,000 deep': nested(100_000).slice(0, 150_000),
        'single quotes': text.replaceAll('"', "'"), 'NaN': text.replace(/:.+/, ':NaN}'),
        'a byte-order mark of UTF-16': Buffer.from(`\ufeff${text}`, 'utf16le'),
    };
    for (const [what, wrong] of Object.entries(whole)) yield spoiled(what, '', wrong);
    const at = text.indexOf('"', 2);
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
        const wrong = Buffer.concat([text.slice(0, at), bytes, text.slice(at)].map((part) => Buffer.from(part)));
        yield spoiled(`bad UTF-8 ${Buffer.from(bytes).toString('hex')}`, '', wrong);
    }
}

/** Query values that a parameter's schema does not allow: [what, encoded value]. */
export function wrongQueryValues(schema) {
    const wrong = [['bad UTF-8', '%FF'], ['a broken escape', '%zz'], ['a NUL', '%00']];
    const { type, minimum, maximum, maxLength, pattern, format, enum: choices } = schema;
    if (type === 'integer') {
        wrong.push(['no number', 'abc'], ['a fraction', '1.5'], ['empty', ''], ['spaces', '%201'],
            ['an exponent', '1e400'], ['2^63', '9223372036854775808'], ['hexadecimal', '0x10']);
        if (minimum >= 0) wrong.push(['negative', '-1']);
        if (minimum !== undefined) wrong.push(['too small', String(minimum - 1)]);
        if (maximum !== undefined) wrong.push(['too large', String(BigInt(maximum) + 1n)]);
    } else if (type === 'boolean') {
        wrong.push(['no boolean', 'yes'], ['empty', ''], ['a number', '1']);
    } else if (type === 'string') {
        wrong.push(['too long', 'x'.repeat((maxLength ?? 5000) + 1)]);
        if (pattern || format || choices) wrong.push(['of another form', '%3F!']);
    }
    return wrong;
}
