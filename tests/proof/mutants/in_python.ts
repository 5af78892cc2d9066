/** Planted bugs in the client for Python (`static/client/switchboard.py`). @module */

import { inTest, type Mutant } from "./mutant.ts";

const CLIENT = "static/client/switchboard.py";
const CASES = "tests/conformance/client_conform_test.ts";
const PROGRAMS = "tests/clients/package_test.ts";
const PYTHON = "the client for Python does every duty";

export const IN_PYTHON: readonly Mutant[] = [
  inTest(CASES, PYTHON, "the client for Python takes what it has a second time", [
    CLIENT,
    'if place is None or line["seq"] <= place.seq:',
    "if place is None:",
  ]),
  inTest(CASES, PYTHON, "the client for Python passes over a hole in silence", [
    CLIENT,
    'if line["seq"] > place.seq + 1:\n            return self._join()',
    "",
  ]),
  inTest(CASES, PYTHON, "the client for Python forgets what has no answer when the connection breaks", [
    CLIENT,
    "return self._hold(name, RETRY_S) if self._chat._link.open else None",
    'self._fail(entry, RefusedError("link_down"))',
  ]),
  inTest(CASES, PYTHON, "the client for Python sends what was refused for a time under another nonce", [
    CLIENT,
    "return self._hold(name, _seconds(line, RETRY_S))\n        else:",
    'entry["command"]["nonce"] = secrets.token_hex(16)\n            return self._hold(name, _seconds(line, RETRY_S))\n        else:',
  ]),
  inTest(PROGRAMS, "Python: messages that", "the client for Python is not told of messages that are not kept", [
    CLIENT,
    "self._put(Gap(reason, 0 if is_whole else missed if is_same_life else None))",
    "pass",
  ]),
  inTest(PROGRAMS, "Python: a stream that reads", "the client for Python reads on in a life of the room that is over", [
    CLIENT,
    "return self._chat._later(RETRY_S, self._join_again) if self._joined else None",
    "return self._chat._later(RETRY_S, self._go_on) if self._joined else None",
  ]),
  inTest(
    PROGRAMS,
    "Python: a stream that reads",
    "the client for Python asks once to be let in where its stream reads",
    [
      CLIENT,
      "if not self._joined or self._is_held:",
      "if not self._joined:",
    ],
  ),
  inTest(PROGRAMS, "Python: what means", "the client for Python does not say in which life a number means a message", [
    CLIENT,
    `                command = {**command, "epoch": entry["epoch"]}\n`,
    ``,
  ]),
  inTest(PROGRAMS, "Python: an edit of", "the client for Python edits what has the number in another life", [
    CLIENT,
    `"version": version, "text": text}, epoch)`,
    `"version": version, "text": text}, self._life_of(message))`,
  ]),
  inTest(
    PROGRAMS,
    "Python: what is missing",
    "the client for Python asks on by itself for each word of a missing message",
    [
      CLIENT,
      "if not self._joined or self._is_held:\n            self._join()",
      "self._join()",
    ],
  ),
];
