// Money as people read it, from whole minor units: no floating point on the way.

const exponents = {
    JPY: 0,
    KRW: 0,
    VND: 0,
    CLP: 0,
    BHD: 3,
    IQD: 3,
    JOD: 3,
    KWD: 3,
    LYD: 3,
    OMR: 3,
    TND: 3,
};

/** 1350 USD is "$13.50", 2250 JOD is "JOD 2.250", 500 JPY is "¥500". */
export function money(minor, currency) {
    const digits = exponents[currency] ?? 2;
    const amount = BigInt(minor);
    const size = amount < 0n ? -amount : amount;
    const unit = 10n ** BigInt(digits);
    const format = new Intl.NumberFormat('en', {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
    });
    const text = format
        .formatToParts(size / unit)
        .map(({type, value}) =>
            type === 'fraction' ? String(size % unit).padStart(digits, '0') : value,
        )
        .join('');
    return amount < 0n ? `−${text}` : text;
}

const counts = new Intl.NumberFormat('en');
export const count = (number) => counts.format(number);
