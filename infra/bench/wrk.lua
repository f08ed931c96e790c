-- Asks for one path under many host names in turn, and tells the figures as one line of JSON.
local requests, number = {}, 0

function init(args)
  for host in io.lines(args[1]) do
    local headers = { Host = host }
    if args[3] == "close" then headers.Connection = "close" end
    requests[#requests + 1] = wrk.format("GET", args[2], headers)
  end
end

function request()
  number = number % #requests + 1
  return requests[number]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.4f,"p99":%.4f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
