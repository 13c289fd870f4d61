// Accounts: registering, logging in, and the pages that links in mails lead to.

import {Refusal, ask} from './api.js';
import {action, busy} from './controls.js';
import {element, fault} from './dom.js';
import {askAsMe, forgetSession, isLoggedIn, logIn, logOut, redeem} from './session.js';
import {inWords, sentence} from './words.js';

const fields = {
    email: {label: 'E-mail', type: 'email', autocomplete: 'username', maxLength: 254},
    password: {label: 'Password', type: 'password', autocomplete: 'current-password'},
    newPassword: {label: 'Password', type: 'password', autocomplete: 'new-password'},
    firstName: {label: 'First name', autocomplete: 'given-name', maxLength: 100},
    lastName: {label: 'Last name', autocomplete: 'family-name', maxLength: 100},
};
const bodyNames = {newPassword: 'password'};

function field(name) {
    const {label, ...more} = fields[name];
    return element(
        'div',
        {className: 'field'},
        element('label', {htmlFor: name}, label),
        element('input', {
            name,
            id: name,
            required: true,
            'aria-describedby': `${name}-wrong`,
            ...more,
        }),
        element('p', {className: 'wrong', id: `${name}-wrong`}),
    );
}

/** Puts what is wrong beside its field; gives back what belongs to none. */
function showWrongFields(form, names, details) {
    const rest = [];
    for (const name of names) {
        const wrong = details.find(({field: place}) => place === (bodyNames[name] ?? name));
        form.querySelector(`#${name}-wrong`).textContent = wrong ? sentence(wrong.message) : '';
        if (wrong) form.elements[name].setAttribute('aria-invalid', 'true');
        else form.elements[name].removeAttribute('aria-invalid');
    }
    for (const detail of details)
        if (!names.some((name) => (bodyNames[name] ?? name) === detail.field)) rest.push(detail);
    form.querySelector('[aria-invalid]')?.focus();
    return rest;
}

/** A form that sends its fields to `send`, which gives what is shown instead of the form. */
function formPage({heading, about, names, button, send, more = []}) {
    const note = element('div');
    const submit = element('button', {type: 'submit', className: 'main'}, button);
    const form = element('form', {noValidate: true}, ...names.map(field), note, submit);
    const node = element(
        'div',
        {className: 'account'},
        element('h1', {tabIndex: -1}, heading),
        about && element('p', {}, about),
        form,
        ...more.map(([href, text]) => element('p', {}, element('a', {href}, text))),
    );
    const attempt = async () => {
        note.replaceChildren();
        showWrongFields(form, names, []);
        const body = Object.fromEntries(
            names.map((name) => [bodyNames[name] ?? name, form.elements[name].value]),
        );
        try {
            const next = await send(body);
            if (!next) return;
            node.replaceWith(next);
            next.querySelector('h1').focus();
        } catch (failure) {
            const details = failure.details ?? [];
            const rest = showWrongFields(form, names, details);
            if (failure.details) failure.details = rest;
            const isAboutFields = details.length > 0 && rest.length === 0;
            note.replaceChildren(
                fault(isAboutFields ? {title: 'Some things are not right yet.'} : inWords(failure)),
            );
        }
    };
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        busy(submit, attempt);
    });
    return {node, title: heading};
}

function message(heading, text, ...links) {
    return element(
        'div',
        {className: 'empty'},
        element('h1', {tabIndex: -1}, heading),
        element('p', {}, text),
        ...links.map(([href, words]) => element('a', {className: 'main', href}, words)),
    );
}

/** The token leaves the address, and with it the history and what a screenshot shows. */
function takeToken(parts, page) {
    if (parts[0]) history.replaceState(null, '', `#/${page}`);
    return parts[0] ?? '';
}

const isOver = (failure) =>
    failure instanceof Refusal && [400, 401, 410].includes(failure.status);

export function registerPage() {
    return formPage({
        heading: 'Register',
        about: 'A mail brings the link that opens your account.',
        names: ['firstName', 'lastName', 'email', 'newPassword'],
        button: 'Register',
        send: async (body) => {
            await ask('POST', '/auth/register', {body});
            return message(
                'Look into your mail',
                'Follow its link within a day, and your account is open.',
                ['#/log-in', 'Log in'],
            );
        },
        more: [['#/log-in', 'You have an account already? Log in']],
    });
}

export function logInPage() {
    return formPage({
        heading: 'Log in',
        names: ['email', 'password'],
        button: 'Log in',
        send: async ({email, password}) => {
            await logIn(email, password);
            location.hash = '#/account';
        },
        more: [
            ['#/forgot-password', 'You do not know your password any more?'],
            ['#/register', 'No account yet? Register'],
        ],
    });
}

export function forgotPasswordPage() {
    return formPage({
        heading: 'Another password',
        about: 'If there is an account of this address, a mail brings it a link.',
        names: ['email'],
        button: 'Send the mail',
        send: async (body) => {
            await ask('POST', '/auth/forgot-password', {body});
            return message('Look into your mail', 'Follow its link within an hour.', [
                '#/',
                'Look around',
            ]);
        },
    });
}

export function resetPasswordPage({parts}) {
    const token = takeToken(parts, 'reset-password');
    return formPage({
        heading: 'Choose another password',
        about: 'All your devices are logged out then.',
        names: ['newPassword'],
        button: 'Keep this password',
        send: async ({password}) => {
            try {
                await ask('POST', '/auth/reset-password', {body: {token, password}});
            } catch (failure) {
                if (failure.status !== 410) throw failure;
                return message(
                    'This link is over',
                    'It was used, or it waited for too long.',
                    ['#/forgot-password', 'Ask for another one'],
                );
            }
            forgetSession();
            return message('That is your password now', 'Log in with it.', ['#/log-in', 'Log in']);
        },
    });
}

export async function verifyEmailPage({parts}) {
    const token = takeToken(parts, 'verify-email');
    const title = 'Your address';
    try {
        await ask('POST', '/auth/verify-email', {body: {token}});
    } catch (failure) {
        if (!isOver(failure)) throw failure;
        return {
            title,
            node: message(
                'This link is over',
                'It was used, or it waited for too long. If you cannot log in, register once more.',
                ['#/log-in', 'Log in'],
            ),
        };
    }
    return {
        title,
        node: message('Your account is open', 'Your address is verified.', ['#/log-in', 'Log in']),
    };
}

export async function signedInPage({parts}) {
    const code = takeToken(parts, 'signed-in');
    try {
        await redeem(code);
    } catch (failure) {
        if (!isOver(failure)) throw failure;
        return {
            title: 'Log in',
            node: message(
                'That did not log you in',
                'Each log-in is good once, and only where it began.',
                ['#/log-in', 'Log in'],
            ),
        };
    }
    return accountPage();
}

export async function accountPage() {
    if (!isLoggedIn()) return logInPage();
    let user;
    try {
        ({data: user} = await askAsMe('GET', '/users/profile'));
    } catch (failure) {
        if (failure.status !== 401) throw failure;
        forgetSession();
        return logInPage();
    }
    const leave = action('Log out', async () => {
        await logOut();
        location.hash = '#/log-in';
    });
    return {
        title: 'Your account',
        node: element(
            'div',
            {className: 'empty'},
            element('h1', {tabIndex: -1}, `Hello, ${user.firstName || user.email}`),
            element('p', {}, `You are logged in as ${user.email}.`),
            leave,
        ),
    };
}
