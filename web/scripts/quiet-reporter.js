/** Reports what failed, and otherwise one line. */

/** @import { Reporter } from "vitest/node" */

/** @implements {Reporter} */
export default class QuietReporter {
  /** @type {Reporter["onTestRunEnd"]} */
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.filter((test) => test.result().state === "failed");
    for (const module of modules) tell(module.moduleId, module.errors());
    for (const test of failed) tell(`${test.module.moduleId} > ${test.fullName}`, test.result().errors);
    tell("outside of any test", unhandled);
    const line = `${tests.length - failed.length} of ${tests.length} tests of the web app passed`;
    // After what other reporters say.
    process.once("exit", () => console.log(line));
  }
}

function tell(where, errors = []) {
  for (const { stack, message, diff } of errors) {
    console.error(`✗ ${where}\n${stack ?? message}${diff ? `\n${diff}` : ""}\n`);
  }
}
