// An operator's action: what it would touch, why it is done, then doing it.

import { freshKey, post } from './api';
import { badge, el, toast } from './dom';

function fields(title, state) {
    return el('div', {}, el('h3', {}, title), el('dl', { class: 'state' },
        state.map(({ name, value }) => [el('dt', {}, name), el('dd', {}, value || '–')])));
}

/** What an action takes besides its reason: { name: [label, value, attributes] }. */
function numberInputs(numbers) {
    return Object.entries(numbers).map(([name, [label, value, attributes]]) => ({ name, label,
        input: el('input', { type: 'number', id: name, value, ...attributes }) }));
}

/**
 * Asks for a reason, previews, does it; resolves to the report, or to null when it was left.
 * `named` says in the body what it is about.
 */
export function askAndAct(title, path, { numbers = {}, named = {} } = {}) {
    const dialog = document.getElementById('dialog');
    return new Promise((resolve) => {
        let report = null;
        const reason = el('textarea', { id: 'reason', required: true, minLength: 3, maxLength: 500,
            placeholder: 'For the audit: why is this done?' });
        const inputs = numberInputs(numbers);
        const preview = el('div', { class: 'preview', role: 'status' }, 'Looking at what it would touch…');
        const go = el('button', { type: 'submit' }, title);
        const body = (dryRun) => ({ reason: dryRun ? 'a preview' : reason.value.trim(), dryRun, ...named,
            ...Object.fromEntries(inputs.filter(({ input }) => input.value !== '')
                .map(({ name, input }) => [name, Number(input.value)])) });
        let sent = {};
        /** What is sent again because its answer was lost has the key it had. */
        const keyOf = (wish) => {
            const text = JSON.stringify(wish);
            if (text !== sent.text) sent = { text, key: freshKey() };
            return sent.key;
        };

        const showPreview = async () => {
            try {
                const found = await post(path, body(true), freshKey());
                go.disabled = false;
                preview.replaceChildren(
                    el('p', {}, 'It touches ', badge(String(found.touched), found.touched ? 'warn' : ''),
                        ` · ${found.target}`),
                    el('div', { class: 'two' }, fields('Now', found.before), fields('Then', found.after)));
            } catch (error) {
                preview.replaceChildren(el('p', { class: 'failed' }, error.message));
                go.disabled = true;
            }
        };
        const form = el('form', { method: 'dialog', onsubmit: async (event) => {
            event.preventDefault();
            go.disabled = true;
            try {
                const wish = body(false);
                report = await post(path, wish, keyOf(wish));
                if (report.unfinished) toast(`${title}: begun, and not finished yet`, 'bad');
                else toast(`${title}: done, ${report.touched} touched`, 'good');
                dialog.close();
            } catch (error) {
                const wrong = error.details?.map(({ field, message }) => `${field} ${message}`).join(', ');
                preview.replaceChildren(el('p', { class: 'failed' }, wrong || error.message));
                go.disabled = false;
            }
        } },
            el('h2', { id: 'dialog-title' }, title), preview,
            inputs.map(({ label, input }) => el('label', {}, label, input)),
            el('label', {}, 'Reason', reason),
            el('div', { class: 'row end' },
                el('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Leave it'), go));
        for (const { input } of inputs) input.addEventListener('change', showPreview);
        dialog.replaceChildren(form);
        dialog.onclose = () => resolve(report);
        dialog.showModal();
        reason.focus();
        showPreview();
    });
}

/** A button that opens the dialog, then calls `after`. */
export function actionButton(title, path, { kind = 'quiet', after = () => {}, label, ...more } = {}) {
    return el('button', { type: 'button', class: kind, onclick: async () => {
        if (await askAndAct(title, path, more)) after();
    } }, label ?? title);
}

/** Gives money of an order back: an amount, or all that is left. */
export function refundButton(orderId, after) {
    return actionButton('Refund', `/orders/${orderId}/refund`, { after, kind: 'danger',
        numbers: { amount: ['Amount, in minor units; empty for all that is left', '', { min: 1 }] } });
}
