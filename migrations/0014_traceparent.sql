-- W3C Trace Context of whoever submitted the task: one trace from there to the end of its last attempt. Version 00 is 55
-- characters long; nothing looks a task up by it.
alter table tasks add column traceparent text check (length(traceparent) <= 55);
