// The tour of the README: through an event store, and without flags, which are the event store's, through five systems.
await import("./eventstore/tour/tour.js");
if (process.argv.length === 2) await import("./five-systems/tour/tour.js");
