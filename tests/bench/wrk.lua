-- Arguments after `--`: method, body ("" for none), then one or more paths that take turns.
function init(args)
  wrk.method = args[1]
  if args[2] ~= "" then
    wrk.body = args[2]
    wrk.headers["content-type"] = "application/json"
  end
  local requests = {}
  for i = 3, #args do
    requests[#requests + 1] = wrk.format(nil, args[i])
  end
  local count = #requests
  local turn = 0
  request = function()
    turn = turn % count + 1
    return requests[turn]
  end
end

-- One line of JSON for the bench to read; times in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"maxUs":%d,"badAnswers":%d,"brokenConnections":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
