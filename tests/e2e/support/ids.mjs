// TypeIDs, as the API shows ids, and UUIDs, as the database keeps them.

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function uuidOf(typeId) {
    const text = typeId.slice(typeId.lastIndexOf('_') + 1);
    let value = 0n;
    for (const letter of text) value = value * 32n + BigInt(ALPHABET.indexOf(letter));
    const hex = value.toString(16).padStart(32, '0');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function typeIdOf(prefix, uuid) {
    let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
    let text = '';
    for (let digit = 0; digit < 26; digit += 1) {
        text = ALPHABET[Number(value % 32n)] + text;
        value /= 32n;
    }
    return `${prefix}_${text}`;
}
