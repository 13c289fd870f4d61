// A small file system of its own for PostgreSQL's data, on a loop device, so that its disk can be
// filled up and slowed down without touching anybody else's. Needs root, loop devices and mount.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const THROTTLE = '/sys/fs/cgroup/blkio';
const BALLAST = 'ballast';
const run = (command, ...args) =>
    execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Why there can be no such disk here; nothing when there can. */
export function noDisk() {
    if (process.getuid() !== 0) return 'only root may mount a file system';
    if (!existsSync('/dev/loop-control')) return 'this machine has no loop devices';
    return undefined;
}

export class Disk {
    /** Throws when the machine does not permit it after all. */
    constructor(directory, megabytes) {
        this.image = path.join(directory, 'disk.img');
        this.mounted = path.join(directory, 'postgres');
        try {
            run('truncate', '-s', `${megabytes}M`, this.image);
            run('mkfs.ext4', '-q', '-m', '0', this.image);
            mkdirSync(this.mounted);
            this.device = run('losetup', '-f', '--show', this.image);
            run('mount', this.device, this.mounted);
        } catch (error) {
            this.remove();
            throw new Error(`${error.stderr?.trim() || error.message}`);
        }
        this.group = path.join(THROTTLE, `souk-chaos-${process.pid}`);
        this.cannotSlow = this.makeGroup();
    }

    makeGroup() {
        if (!existsSync(path.join(THROTTLE, 'blkio.throttle.write_iops_device'))) {
            return 'this machine has no blkio cgroup with throttling (and dm-delay is not tried)';
        }
        try {
            mkdirSync(this.group);
            return undefined;
        } catch (error) {
            return `no cgroup can be made: ${error.message}`;
        }
    }

    /** Some room goes for the description of the rest, so that the last of it is taken in small bites. */
    fill() {
        for (let number = 1; number <= 200; number += 1) {
            const { bavail, bsize } = statfsSync(this.mounted);
            if (bavail === 0) return;
            const bite = bavail > 512 ? bavail - 256 : Math.ceil(bavail / 4);
            try {
                run('fallocate', '-l', String(bite * bsize), path.join(this.mounted, `${BALLAST}${number}`));
            } catch { /* as much as there was room for */ }
        }
    }
    empty() {
        for (const name of readdirSync(this.mounted).filter((one) => one.startsWith(BALLAST))) {
            rmSync(path.join(this.mounted, name));
        }
    }

    /** So many writes a second for those processes and their children. */
    slow(writesPerSecond, pids) {
        const device = readFileSync(`/sys/block/${path.basename(this.device)}/dev`, 'utf8').trim();
        writeFileSync(path.join(this.group, 'blkio.throttle.write_iops_device'), `${device} ${writesPerSecond}`);
        for (const pid of pids) this.move(pid, this.group);
    }
    quicken() {
        const device = readFileSync(`/sys/block/${path.basename(this.device)}/dev`, 'utf8').trim();
        writeFileSync(path.join(this.group, 'blkio.throttle.write_iops_device'), `${device} 0`);
    }
    move(pid, group) {
        try {
            writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
        } catch { /* it has ended */ }
    }

    remove() {
        const quietly = (action) => { try { action(); } catch { /* it was not there */ } };
        quietly(() => this.empty());
        quietly(() => run('umount', this.mounted));
        quietly(() => run('losetup', '-d', this.device));
        quietly(() => rmdirSync(this.group));
        rmSync(this.image, { force: true });
    }
}
