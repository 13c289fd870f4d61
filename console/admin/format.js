// How numbers and times are written.

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value) => whole.format(value);
export const compact = (value) => (value < 10_000 ? whole.format(value) : short.format(value));

/** Microseconds, in the unit a person would choose. */
export function duration(us) {
    if (us === null || us === undefined) return '–';
    if (us < 1000) return `${us} µs`;
    if (us < 1_000_000) return `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`;
    return `${(us / 1_000_000).toFixed(1)} s`;
}

export function bytes(value) {
    return value < 1 << 30 ? `${(value / (1 << 20)).toFixed(0)} MB` : `${(value / (1 << 30)).toFixed(2)} GB`;
}

export function clock(text) {
    return text ? new Date(text).toLocaleTimeString('en-GB') : '–';
}

export function moment(text) {
    return text ? new Date(text).toLocaleString('en-GB') : '–';
}

/** "in 4 min", "12 s ago". */
export function relative(text) {
    if (!text) return '–';
    const seconds = Math.round((new Date(text) - Date.now()) / 1000);
    const size = Math.abs(seconds);
    const said = size < 90 ? `${size} s` : size < 5400 ? `${Math.round(size / 60)} min` : `${Math.round(size / 3600)} h`;
    return seconds < 0 ? `${said} ago` : `in ${said}`;
}

/** Long ids keep their beginning and their end. */
export function shortId(id) {
    return id.split(':').map((part) => (part.length > 20 ? `${part.slice(0, 10)}…${part.slice(-6)}` : part)).join(' : ');
}
