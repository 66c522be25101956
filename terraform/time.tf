# Spans of time, in seconds.
locals {
  minute = 60
  hour   = 60 * local.minute
  day    = 24 * local.hour
  week   = 7 * local.day
}
