/** Loaded into a measured process: says its peak resident memory when it ends, in kB. */
process.on('exit', () => process.stderr.write(`PEAK ${process.resourceUsage().maxRSS}\n`));
