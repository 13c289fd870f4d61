// A small plot of the last minutes on a canvas: lines over a grid, with the value under the pointer.

import { el } from './dom';

const HEIGHT = 150;
const LEFT = 58;
const BOTTOM = 18;

/** A ceiling that reads well: 1, 2 or 5 times a power of ten. */
function ceiling(value) {
    if (value <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

export class Plot {
    /** `lines`: [{ name, color, value: point → number }]; `format` writes a value. */
    constructor(title, lines, format) {
        this.title = title;
        this.lines = lines;
        this.format = format;
        this.points = [];
        this.pointer = null;
        this.canvas = el('canvas', { role: 'img', height: HEIGHT });
        this.legend = el('p', { class: 'legend' });
        this.element = el('figure', { class: 'plot' }, el('figcaption', {}, title), this.canvas, this.legend);
        this.canvas.addEventListener('pointermove', (event) => {
            this.pointer = event.offsetX;
            this.draw();
        });
        this.canvas.addEventListener('pointerleave', () => {
            this.pointer = null;
            this.draw();
        });
        new ResizeObserver(() => this.draw()).observe(this.element);
    }

    show(points) {
        this.points = points;
        this.draw();
    }

    color(name) {
        return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    }

    draw() {
        const width = this.canvas.clientWidth;
        if (!width) return;
        const scale = window.devicePixelRatio || 1;
        this.canvas.width = width * scale;
        this.canvas.height = HEIGHT * scale;
        const pen = this.canvas.getContext('2d');
        pen.scale(scale, scale);
        const top = ceiling(Math.max(...this.lines.flatMap(({ value }) => this.points.map(value)), 0));
        this.x = (index) => LEFT + ((width - LEFT - 6) * index) / Math.max(this.points.length - 1, 1);
        this.y = (value) => (HEIGHT - BOTTOM) * (1 - value / top) + 4;
        this.drawGrid(pen, width, top);
        for (const line of this.lines) this.drawLine(pen, line);
        const at = this.pointed(width);
        if (at !== null) this.drawPointer(pen, at);
        this.writeLegend(at);
    }

    drawGrid(pen, width, top) {
        pen.font = '11px system-ui, sans-serif';
        pen.fillStyle = this.color('--muted');
        pen.strokeStyle = this.color('--line');
        pen.textAlign = 'right';
        pen.lineWidth = 1;
        for (const part of [0, 0.5, 1]) {
            const y = Math.round(this.y(top * part)) + 0.5;
            pen.beginPath();
            pen.moveTo(LEFT, y);
            pen.lineTo(width, y);
            pen.stroke();
            pen.fillText(this.format(top * part), LEFT - 6, y + 4);
        }
        if (this.points.length < 2) return;
        const time = (point) => new Date(point.at).toLocaleTimeString('en-GB');
        pen.textAlign = 'left';
        pen.fillText(time(this.points[0]), LEFT, HEIGHT - 3);
        pen.textAlign = 'right';
        pen.fillText(time(this.points.at(-1)), width - 4, HEIGHT - 3);
    }

    drawLine(pen, { color, value, filled }) {
        if (this.points.length < 2) return;
        pen.beginPath();
        this.points.forEach((point, index) => pen.lineTo(this.x(index), this.y(value(point))));
        pen.strokeStyle = this.color(color);
        pen.lineWidth = 1.8;
        pen.lineJoin = 'round';
        pen.stroke();
        if (!filled) return;
        pen.lineTo(this.x(this.points.length - 1), this.y(0));
        pen.lineTo(this.x(0), this.y(0));
        pen.globalAlpha = 0.12;
        pen.fillStyle = this.color(color);
        pen.fill();
        pen.globalAlpha = 1;
    }

    pointed(width) {
        if (this.pointer === null || this.points.length < 2) return null;
        const part = (this.pointer - LEFT) / (width - LEFT - 6);
        return Math.min(Math.max(Math.round(part * (this.points.length - 1)), 0), this.points.length - 1);
    }

    drawPointer(pen, at) {
        pen.strokeStyle = this.color('--muted');
        pen.beginPath();
        pen.moveTo(this.x(at), 0);
        pen.lineTo(this.x(at), HEIGHT - BOTTOM);
        pen.stroke();
    }

    writeLegend(at) {
        const point = this.points[at ?? this.points.length - 1];
        const said = this.lines.map(({ name, value }) => `${name} ${point ? this.format(value(point)) : '–'}`);
        this.legend.replaceChildren(...this.lines.map(({ color }, index) =>
            el('span', {}, el('i', { class: `swatch ${color.slice(2)}` }), said[index])));
        this.canvas.setAttribute('aria-label', `${this.title}: ${said.join(', ')}`);
    }
}
