// Package questions has one request to each function, without a token, and the status of the answer that shows the function to be there, configured, and not open to everybody.
// What builds functions and what deploys them ask the same.
//
// A question must be answered without a token, and must change nothing.
//
// Begin reading at Of.
package questions
