// What is in a ZIP archive, as Python's own library reads it.

import { execFileSync } from 'node:child_process';

const READ = `
import io, json, sys, zipfile
with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: json.loads(archive.read(name)) for name in archive.namelist()}))`;

/** Its JSON files by their names. */
export function filesIn(bytes) {
    return JSON.parse(execFileSync('python3', ['-c', READ], { input: bytes, maxBuffer: 1 << 28 }));
}
