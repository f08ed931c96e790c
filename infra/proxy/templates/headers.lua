-- What rules of haproxy.cfg cannot do; they call it for the few messages that need it.

local APPS_DOMAIN = "@{apps_domain}"

-- Headers that a client cannot have dropped by naming them in Connection.
local KEPT = {
  ["host"] = true, ["content-length"] = true, ["transfer-encoding"] = true,
  ["upgrade"] = true, ["cookie"] = true, ["authorization"] = true,
  -- These are the proxy's own by then.
  ["x-forwarded-for"] = true, ["x-forwarded-proto"] = true, ["x-forwarded-host"] = true,
  ["x-real-ip"] = true, ["x-request-id"] = true,
}

-- Drop the headers that Connection names.
core.register_action("end_hop", { "http-req" }, function(txn)
  local lines = txn.http:req_get_headers()["connection"]
  if lines == nil then return end
  for number = 0, #lines do
    for name in lines[number]:lower():gmatch("[^%s,]+") do
      if not KEPT[name] and name ~= "connection" then txn.http:req_del_header(name) end
    end
  end
end)

-- Whether a cookie would go to every app under the domain of all.
local function is_shared(cookie)
  for value in cookie:lower():gmatch(";%s*domain%s*=%s*([^;]*)") do
    local domain = value:gsub("[%s\"]", ""):gsub("^%.+", ""):gsub("%.+$", "")
    if domain == APPS_DOMAIN then return true end
    if domain ~= "" and APPS_DOMAIN:sub(-#domain - 1) == "." .. domain then return true end
  end
  return false
end

-- Drop cookies for the domain that all apps are under, and for what is above it.
core.register_action("drop_shared_cookies", { "http-res" }, function(txn)
  local cookies = txn.http:res_get_headers()["set-cookie"]
  if cookies == nil then return end
  txn.http:res_del_header("set-cookie")
  for number = 0, #cookies do
    if not is_shared(cookies[number]) then
      txn.http:res_add_header("set-cookie", cookies[number])
    end
  end
end)
