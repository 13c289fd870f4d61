// An operator's action: what it would touch, why it is done, then doing it.

import { post } from './api';
import { badge, el, toast } from './dom';

function fields(title, state) {
    return el('div', {}, el('h3', {}, title), el('dl', { class: 'state' },
        state.map(({ name, value }) => [el('dt', {}, name), el('dd', {}, value || '–')])));
}

/** Asks for a reason, previews, does it; resolves to the report, or to null when it was left. */
export function askAndAct(title, path, more = {}) {
    const dialog = document.getElementById('dialog');
    return new Promise((resolve) => {
        let report = null;
        const reason = el('textarea', { id: 'reason', required: true, minLength: 3, maxLength: 500,
            placeholder: 'For the audit: why is this done?' });
        const minutes = more.minutes === undefined ? null : el('input', { type: 'number', min: 1, max: 1440,
            value: more.minutes, id: 'minutes' });
        const preview = el('div', { class: 'preview', role: 'status' }, 'Looking at what it would touch…');
        const go = el('button', { type: 'submit' }, title);
        const body = (dryRun) => ({ reason: reason.value.trim() || 'a preview', dryRun,
            ...(minutes ? { minutes: Number(minutes.value) } : {}) });

        const showPreview = async () => {
            try {
                const found = await post(path, body(true));
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
                report = await post(path, body(false));
                toast(`${title}: done, ${report.touched} touched`, 'good');
                dialog.close();
            } catch (error) {
                const wrong = error.details?.map(({ field, message }) => `${field} ${message}`).join(', ');
                preview.replaceChildren(el('p', { class: 'failed' }, wrong || error.message));
                go.disabled = false;
            }
        } },
            el('h2', { id: 'dialog-title' }, title), preview,
            minutes ? el('label', {}, 'Minutes', minutes) : null,
            el('label', {}, 'Reason', reason),
            el('div', { class: 'row end' },
                el('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Leave it'), go));
        minutes?.addEventListener('change', showPreview);
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
