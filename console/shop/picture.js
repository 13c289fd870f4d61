// A still life for every product that has no photograph on this server: the vessel follows from its
// name, the colours from what is in it. The same product always looks the same.

import {drawing, element} from './dom.js';

const hues = [
    ['vitamin c', 34],
    ['hyaluronic', 205],
    ['retinol', 318],
    ['niacinamide', 255],
    ['green tea', 112],
    ['mineral', 188],
    ['olive', 72],
    ['rose', 350],
    ['argan', 24],
    ['salicylic', 165],
    ['ceramide', 46],
    ['peptide', 275],
];
const vessels = [
    ['sun stick', stick],
    ['serum', dropper],
    ['cleanser', pump],
    ['foam', pump],
    ['cream', jar],
    ['sunscreen', tube],
    ['mask', sachet],
    ['balm', tin],
    ['toner', bottle],
];
const shapes = [dropper, pump, jar, tube, sachet, tin, bottle];

/** FNV-1a: a number from a text. */
function numberOf(text) {
    let hash = 0x811c9dc5;
    for (const character of text)
        hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
    return hash;
}

const found = (table, name) => table.find(([word]) => name.includes(word))?.[1];

let pictures = 0; // gradients are found by id, which must be unique in the document

function paletteOf(hue, seed) {
    const tint = (lightness, saturation, turn = 0) =>
        `hsl(${(hue + turn + 360) % 360} ${saturation}% ${lightness}%)`;
    const isDark = seed % 3 === 0;
    return {
        wall: tint(91, 38),
        wallLow: tint(83, 34),
        arch: tint(96, 50),
        archLow: tint(88, 42, 8),
        sun: tint(78, 62, -14),
        table: tint(76, 30, 6),
        tableTop: tint(85, 34, 4),
        shade: tint(38, 30),
        body: isDark ? tint(34, 36) : tint(66, 44),
        bodyLight: isDark ? tint(52, 36) : tint(82, 52),
        bodyDark: isDark ? tint(22, 40) : tint(52, 40),
        cap: isDark ? '#d9b36a' : '#fbf7ef',
        capDark: isDark ? '#b48b3f' : '#d9d2c3',
        label: '#fdfaf3',
        ink: tint(28, 42),
        leaf: tint(40, 26, 96 - hue),
        leafLight: tint(54, 26, 96 - hue),
    };
}

const rect = (x, y, width, height, rx, fill) => drawing('rect', {x, y, width, height, rx, fill});
const path = (d, fill, more = {}) => drawing('path', {d, fill, ...more});
const ellipse = (cx, cy, rx, ry, fill, more = {}) =>
    drawing('ellipse', {cx, cy, rx, ry, fill, ...more});

/** From one colour at the height `top` to another at `bottom`. */
function gradient(id, top, bottom, from, to) {
    return drawing(
        'linearGradient',
        {id, gradientUnits: 'userSpaceOnUse', x1: 0, y1: top, x2: 0, y2: bottom},
        drawing('stop', {offset: 0, 'stop-color': from}),
        drawing('stop', {offset: 1, 'stop-color': to}),
    );
}

/** Round things catch the light on their left. */
function roundness(id, {bodyLight, body, bodyDark}) {
    return drawing(
        'linearGradient',
        {id, x1: 0, y1: 0, x2: 1, y2: 0},
        drawing('stop', {offset: 0, 'stop-color': body}),
        drawing('stop', {offset: 0.28, 'stop-color': bodyLight}),
        drawing('stop', {offset: 0.62, 'stop-color': body}),
        drawing('stop', {offset: 1, 'stop-color': bodyDark}),
    );
}

function label(x, y, width, height, colours) {
    const middle = x + width / 2;
    const line = (at, part) =>
        rect(middle - (width * part) / 2, at, width * part, 2.4, 1.2, colours.ink);
    return [
        rect(x, y, width, height, 3, colours.label),
        path(`M${middle - 9} ${y + 15} q0 -9 9 -9 q9 0 9 9 z`, colours.sun),
        rect(middle - 9, y + 15, 18, 2, 1, colours.ink),
        line(y + 25, 0.6),
        height > 38 && line(y + 32, 0.4),
    ].filter(Boolean);
}

// Each stands on y = 318 with its middle at x = 160.
function dropper(colours, body) {
    return [
        path('M150 118 q0 -34 10 -34 q10 0 10 34 z', colours.capDark),
        rect(146, 116, 28, 30, 4, colours.cap),
        rect(168, 116, 6, 30, 3, colours.capDark),
        rect(150, 144, 20, 14, 2, colours.bodyDark),
        path(
            'M124 186 q0 -30 30 -32 h12 q30 2 30 32 v118 q0 14 -14 14 h-44 q-14 0 -14 -14 z',
            body,
        ),
        path('M132 190 q0 -22 16 -26 v140 h-8 q-8 0 -8 -8 z', '#fff', {opacity: 0.22}),
        ...label(134, 214, 52, 62, colours),
    ];
}

function pump(colours, body) {
    return [
        path('M156 86 h38 q12 0 12 12 v6 h-10 v-4 h-40 z', colours.cap),
        rect(155, 86, 12, 46, 3, colours.capDark),
        rect(142, 128, 38, 24, 5, colours.cap),
        rect(170, 128, 10, 24, 4, colours.capDark),
        path(
            'M112 182 q0 -30 30 -30 h36 q30 0 30 30 v122 q0 14 -14 14 h-68 q-14 0 -14 -14 z',
            body,
        ),
        path('M121 186 q0 -22 18 -26 v150 h-10 q-8 0 -8 -8 z', '#fff', {opacity: 0.2}),
        ...label(126, 204, 68, 74, colours),
    ];
}

function jar(colours, body) {
    return [
        rect(92, 196, 136, 42, 9, colours.cap),
        rect(204, 196, 24, 42, 9, colours.capDark),
        rect(98, 234, 124, 8, 0, colours.bodyDark),
        path(
            'M90 252 q0 -12 12 -12 h116 q12 0 12 12 v46 q0 20 -20 20 h-100 q-20 0 -20 -20 z',
            body,
        ),
        path('M99 256 q0 -8 8 -8 h10 v62 h-6 q-12 0 -12 -12 z', '#fff', {opacity: 0.25}),
        ...label(128, 254, 64, 42, colours),
    ];
}

function tube(colours, body) {
    return [
        path('M116 92 h88 q4 0 4 4 v6 l-12 176 h-72 l-12 -176 v-6 q0 -4 4 -4 z', body),
        path('M122 104 h16 l6 170 h-14 z', '#fff', {opacity: 0.22}),
        rect(110, 90, 100, 10, 3, colours.bodyDark),
        rect(126, 276, 68, 42, 5, colours.cap),
        rect(178, 276, 16, 42, 5, colours.capDark),
        ...label(132, 148, 56, 74, colours),
    ];
}

function sachet(colours, body) {
    return [
        path(
            'M104 122 h112 q3 0 3 3 l-3 96 3 94 q0 3 -3 3 h-112 q-3 0 -3 -3 l3 -94 -3 -96 q0 -3 3 -3 z',
            body,
        ),
        path('M104 122 h112 q3 0 3 3 v9 h-118 v-9 q0 -3 3 -3 z', colours.bodyDark),
        path('M101 306 h118 v9 q0 3 -3 3 h-112 q-3 0 -3 -3 z', colours.bodyDark),
        path('M112 140 h20 l-6 160 h-14 z', '#fff', {opacity: 0.2}),
        path('M160 226 m-32 -22 q32 -26 64 0 q6 40 -32 62 q-38 -22 -32 -62 z', colours.label),
        ellipse(147, 226, 7, 4, colours.bodyDark),
        ellipse(173, 226, 7, 4, colours.bodyDark),
        path('M150 250 q10 6 20 0 q-10 10 -20 0 z', colours.sun),
    ];
}

function tin(colours, body) {
    return [
        path('M96 268 h128 v38 q0 12 -12 12 h-104 q-12 0 -12 -12 z', body),
        rect(92, 248, 136, 26, 7, colours.cap),
        rect(202, 248, 26, 26, 7, colours.capDark),
        ellipse(214, 214, 8, 46, colours.capDark, {transform: 'rotate(14 214 214)'}),
        ellipse(209, 213, 8, 46, colours.cap, {transform: 'rotate(14 209 213)'}),
        path('M104 280 h12 v30 h-4 q-8 0 -8 -8 z', '#fff', {opacity: 0.25}),
        ...label(134, 279, 52, 30, colours),
    ];
}

function stick(colours, body) {
    return [
        path('M136 176 v-34 q0 -28 24 -28 q24 0 24 28 v34 z', colours.label),
        path('M168 116 q16 6 16 26 v34 h-14 z', colours.archLow),
        rect(130, 174, 60, 20, 4, colours.capDark),
        rect(126, 190, 68, 128, 10, body),
        rect(134, 196, 14, 116, 6, '#fff'),
        ...label(138, 222, 44, 62, colours),
    ].map((part, place) => {
        if (place === 4) part.setAttribute('opacity', 0.2);
        return part;
    });
}

function bottle(colours, body) {
    return [
        rect(140, 92, 40, 42, 5, colours.cap),
        rect(170, 92, 10, 42, 4, colours.capDark),
        rect(146, 132, 28, 12, 0, colours.bodyDark),
        path(
            'M118 172 q2 -28 34 -30 h16 q32 2 34 30 v132 q0 14 -14 14 h-56 q-14 0 -14 -14 z',
            body,
        ),
        path('M126 178 q2 -20 18 -26 v158 h-10 q-8 0 -8 -8 z', '#fff', {opacity: 0.22}),
        ...label(131, 196, 58, 80, colours),
    ];
}

function sprig(colours, x, y, turn) {
    const leaf = (angle, at, fill) =>
        drawing('path', {
            d: 'M0 0 q14 -14 34 -6 q-10 18 -34 6 z',
            fill,
            transform: `translate(0 ${at}) rotate(${angle})`,
        });
    return drawing(
        'g',
        {transform: `translate(${x} ${y}) rotate(${turn})`},
        drawing('path', {
            d: 'M0 0 q-4 -50 4 -104',
            fill: 'none',
            stroke: colours.leaf,
            'stroke-width': 2.5,
        }),
        leaf(-30, -24, colours.leaf),
        leaf(-150, -38, colours.leafLight),
        leaf(-34, -56, colours.leafLight),
        leaf(-146, -70, colours.leaf),
        leaf(-50, -86, colours.leaf),
        leaf(-92, -100, colours.leafLight),
    );
}

function stillLife({name, id}) {
    const lower = name.toLowerCase();
    const seed = numberOf(lower + id);
    const colours = paletteOf(found(hues, lower) ?? seed % 360, numberOf(lower));
    const vessel = found(vessels, lower) ?? shapes[seed % shapes.length];
    const key = `picture-${(pictures += 1)}`;
    const fill = (part) => `url(#${key}-${part})`;
    const right = seed % 2 === 0;
    const wide = 88 + ((seed >> 3) % 20);
    const arch =
        `M${160 - wide} 330 V178 C${160 - wide} 110 ${160 - wide / 2} 74 160 44 ` +
        `C${160 + wide / 2} 74 ${160 + wide} 110 ${160 + wide} 178 V330 z`;
    return drawing(
        'svg',
        {viewBox: '0 0 320 360', class: 'still-life', role: 'img', 'aria-label': name},
        drawing(
            'defs',
            {},
            gradient(`${key}-wall`, 0, 300, colours.wall, colours.wallLow),
            gradient(`${key}-arch`, 44, 330, colours.arch, colours.archLow),
            gradient(`${key}-table`, 300, 360, colours.tableTop, colours.table),
            roundness(`${key}-body`, colours),
        ),
        // The wall and the table go on beyond the picture, for frames of another shape.
        rect(-640, -720, 1600, 1080, 0, fill('wall')),
        path(arch, fill('arch')),
        drawing('circle', {
            cx: right ? 112 : 208,
            cy: 128 + ((seed >> 5) % 30),
            r: 34,
            fill: colours.sun,
            opacity: 0.75,
        }),
        rect(-640, 300, 1600, 780, 0, fill('table')),
        sprig(colours, right ? 232 : 88, 312, right ? 14 : -14),
        ellipse(172, 319, 84, 10, colours.shade, {opacity: 0.16}),
        ellipse(166, 318, 60, 6, colours.shade, {opacity: 0.22}),
        drawing('g', {}, ...vessel(colours, fill('body'))),
    );
}

/** A product's own photograph when this server has it, else a drawing. */
export function picture({name, id, image}) {
    const address = image && new URL(image, location.href);
    if (!address || address.origin !== location.origin) return stillLife({name, id});
    return element('img', {src: address.href, alt: name, loading: 'lazy', decoding: 'async'});
}
