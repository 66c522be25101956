// Command soak plays an hour's mail of some mailboxes within minutes, on the whole service as processes of this machine, while everything fails that may: functions are killed,
// Gmail breaks a tenth of its calls, notifications get lost, and Firestore stands still. When it is over and one sweep has run, every mail must be where it belongs, exactly once.
//
// It must never reach Google, nor stop or kill anything that it has not started itself.
//
// Begin reading at soak; traffic.go is what happens, faults.go what goes wrong, judge.go what must hold, budget.go what is told of it.
package main
