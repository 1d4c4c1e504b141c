// Prints "<passed> <failed>" of a vitest report. A skipped test, a file that could not be read and an ending that no
// test explains count as failed: nothing is left out silently. Fails where there is no report.
import { readFile } from 'node:fs/promises';

const [reportFile, exitCode] = process.argv.slice(2);
const { numPassedTests, numTotalTests, testResults } = JSON.parse(await readFile(reportFile, 'utf8'));
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
).length;
const failed = numTotalTests - numPassedTests + brokenFiles;
const isUnexplained = failed === 0 && (exitCode !== '0' || numTotalTests === 0);
process.stdout.write(`${numPassedTests} ${failed + (isUnexplained ? 1 : 0)}\n`);
