// scripts/chaos: see there for the options.

import { parseArgs } from 'node:util';
import { check } from './checker/check.mjs';
import { faultsNamed } from './faults.mjs';
import { Run } from './run.mjs';
import { summary } from './summary.mjs';

const { values } = parseArgs({ options: {
    minutes: { type: 'string', default: '1.5' },
    seed: { type: 'string' },
    faults: { type: 'string' },
    keep: { type: 'boolean', default: false },
} });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const minutes = Number(values.minutes);
if (!Number.isInteger(seed) || !(minutes > 0)) throw new Error('--seed is a whole number, --minutes a positive one');

const run = new Run({ seed, minutes, faults: faultsNamed(values.faults), say: (text) => console.log(text) });
console.log(`chaos: seed ${seed}, ${minutes} minutes`);
let directory;
try {
    directory = await run.go();
} catch (error) {
    console.log(`\nFAILED with seed ${seed}: ${error.stack}\nwhat was recorded is in ${run.world?.directory}`);
    process.exit(1);
}
const result = check(directory);
console.log(summary({ result, skipped: run.skipped }));
if (result.problems.length > 0) {
    console.log(`\nFAILED with seed ${seed}; history, books and logs are in ${directory}`);
    console.log(`again: scripts/chaos --seed ${seed} --minutes ${minutes}; the checker alone: scripts/chaos --check ${directory}`);
    process.exit(1);
}
if (values.keep) console.log(`kept: ${directory}`);
else run.remove();
process.exit(0);
