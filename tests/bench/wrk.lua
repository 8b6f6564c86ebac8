-- Arguments after `--`: method, body ("" for none), "fresh" or "same", lines of headers, then one or more paths that
-- take turns. Fresh requests have a number of their own in the place of {n} and as their idempotency key; it begins
-- with the time, so that no two runs share one.
function init(args)
  wrk.method = args[1]
  if args[2] ~= "" then
    wrk.body = args[2]
    wrk.headers["content-type"] = "application/json"
  end
  for name, value in string.gmatch(args[4], "([^:\n]+): ([^\n]*)") do
    wrk.headers[name] = value
  end
  if args[3] == "fresh" then
    return sendFresh(args[5])
  end
  local requests = {}
  for i = 5, #args do
    requests[#requests + 1] = wrk.format(nil, args[i])
  end
  local count = #requests
  local turn = 0
  request = function()
    turn = turn % count + 1
    return requests[turn]
  end
end

function sendFresh(path)
  local seconds = os.time()
  local count = 0
  wrk.headers["idempotency-key"] = "{n}"
  local width = #tostring(seconds) + 9
  local length = #wrk.body - 3 + width
  wrk.headers["content-length"] = nil
  local template = wrk.format(nil, path)
  template = string.gsub(template, "Content%-Length: %d+", "Content-Length: " .. length)
  local before, between, after = string.match(template, "^(.-){n}(.-){n}(.*)$")
  request = function()
    count = count + 1
    local number = string.format("%d%09d", seconds, count)
    return before .. number .. between .. number .. after
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
