/**
 * The reason of a suppression: `the web site reads it`, or `until: 2026-12-31 goes with the old warehouse`.
 *
 * The text goes to the server as the user wrote it. What would suppress nothing is refused here, while the
 * user can still mend it.
 */

const UNTIL = "until:";

/**
 * What is wrong with a reason, as a sentence for the user; `undefined` where nothing is.
 *
 * `today` is the day in UTC, such as `2026-01-31`: on the last day a suppression still holds.
 */
export function problemOfReason(text: string, today: string): string | undefined {
    if (/[\r\n\u2028\u2029]/.test(text)) {
        return "A reason has one line.";
    }
    const written = text.trim();
    const ends = written.startsWith(UNTIL);
    const behind = ends ? written.slice(UNTIL.length).trimStart() : written;
    const [, date = "", rest = ""] = ends ? (/^(\S*)\s*(.*)$/.exec(behind) ?? []) : ["", "", behind];
    if (ends) {
        const day = date.replace(/[:,;]+$/, "");
        if (!isDay(day)) {
            return 'Behind "until:" stands a day, such as 2026-12-31.';
        }
        if (day < today) {
            return `${day} is over: the finding would be back at once.`;
        }
    }
    if (rest.replace(/^[:\- ]+/, "").trim() === "") {
        return ends ? "A reason has to stand behind the day." : "Without a reason the finding is not suppressed.";
    }
    return undefined;
}

/** The day of a moment in UTC, such as `2026-01-31`. */
export function dayOf(moment: Date): string {
    return moment.toISOString().slice(0, "2026-01-31".length);
}

function isDay(text: string): boolean {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
        return false;
    }
    const moment = new Date(`${text}T00:00:00Z`);
    // A day that the month does not have is moved into the next month by some engines.
    return !Number.isNaN(moment.getTime()) && dayOf(moment) === text;
}
