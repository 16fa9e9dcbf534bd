import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf, problemOfReason } from "../../src/reason";

const TODAY = "2026-06-15";

test("a reason, with and without a last day", () => {
    for (const text of [
        "the web site reads it",
        "  goes with ticket 17 ",
        "until: 2026-06-15 the last day still counts",
        "until: 2026-12-31 goes with the old warehouse",
        "until:2026-12-31: goes with the old warehouse",
        "until: 2028-02-29 a leap year",
        "it stays until: somebody says otherwise",
    ]) {
        assert.equal(problemOfReason(text, TODAY), undefined, text);
    }
});

test("what would suppress nothing", () => {
    for (const [text, problem] of [
        ["", /Without a reason/],
        ["   ", /Without a reason/],
        [" - : ", /Without a reason/],
        ["until:", /stands a day/],
        ["until: tomorrow it is gone", /stands a day/],
        ["until: 2026-13-01 no such month", /stands a day/],
        ["until: 2027-02-29 no such day", /stands a day/],
        ["until: 2026-1-1 short", /stands a day/],
        ["until: 2026-12-31", /behind the day/],
        ["until: 2026-12-31 - ", /behind the day/],
        ["until: 2026-06-14 yesterday", /2026-06-14 is over/],
        ["one\ntwo", /one line/],
        ["one\u2028two", /one line/],
    ] as const) {
        assert.match(problemOfReason(text, TODAY) ?? "no problem", problem, text);
    }
});

test("the day is that of UTC", () => {
    assert.equal(dayOf(new Date("2026-06-15T23:30:00-02:00")), "2026-06-16");
});
