// Reads a calendar file from its input and prints every date as JSON, with times by the file's own time zones.
// Arguments: the folder of ical.js, and the second since 1970 up to which rules are followed.
"use strict";
const path = require("node:path");
const ICAL = require(path.join(process.argv[2], "dist", "ical.es5.cjs"));
const until = Number(process.argv[3]);
const calendar = new ICAL.Component(ICAL.parse(require("node:fs").readFileSync(0, "utf8")));

for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const masters = new Map();
const exceptions = [];
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  if (event.isRecurrenceException()) exceptions.push(event);
  else masters.set(event.uid, event);
}
for (const exception of exceptions) masters.get(exception.uid)?.relateException(exception);

const rows = [];
function add(item, start, end) {
  const status = item.component.getFirstPropertyValue("status") ?? "";
  rows.push({ uid: item.uid, start: start.toUnixTime(), end: end.toUnixTime(), status });
}
for (const event of masters.values()) {
  if (!event.isRecurring()) {
    add(event, event.startDate, event.endDate);
    continue;
  }
  const dates = event.iterator();
  for (let next = dates.next(); next && next.toUnixTime() <= until; next = dates.next()) {
    const details = event.getOccurrenceDetails(next);
    add(details.item, details.startDate, details.endDate);
  }
}
process.stdout.write(JSON.stringify(rows));
