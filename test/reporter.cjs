// Mocha's spec reporter, closed by one plain line that people and programs can count on: `N passed, N failed`.
const { reporters, Runner } = require('mocha');

let passed = 0;
let failed = 0;
let ended = false;

// Said at exit, not at the run's end, so that it is also said when the run breaks off: a test file that cannot be
// loaded, a process.exit() in a test. Such a run counts one failure more.
process.once('exit', () => {
  if (!ended) failed += 1;
  console.log(`\n${passed} passed, ${failed} failed`);
});

module.exports = class ClosingLine extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.on(Runner.constants.EVENT_TEST_PASS, () => (passed += 1));
    runner.on(Runner.constants.EVENT_TEST_FAIL, () => (failed += 1));
    runner.once(Runner.constants.EVENT_RUN_END, () => (ended = true));
  }
};
