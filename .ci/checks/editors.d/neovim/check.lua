-- Drives Neovim as a user does: opens a file of a factory, applies the fix at the finding, saves, and looks.
--
-- Run by the check as `nvim --headless --clean -c "luafile check.lua"`, with
--   ARMLINT_SNIPPET  the settings from docs/editors.md, one of its blocks of Lua
--   ARMLINT_FOLDER   a copy of the example's factory
-- armlint itself is on the PATH, as the settings have it.

local failed = 0

local function check(says, holds, stands)
  print((holds and "ok" or "FAILED") .. " " .. says .. ((holds or not stands) and "" or ": " .. stands))
  if not holds then
    failed = failed + 1
  end
  return holds
end

local function wait(holds)
  return vim.wait(20000, holds, 20)
end

local function found()
  return vim.diagnostic.get(0)
end

local function of_rule(rule)
  for _, each in ipairs(found()) do
    if each.code == rule then
      return each
    end
  end
end

local function rules()
  return vim.inspect(vim.tbl_map(function(each) return each.code end, found()))
end

-- Neovim 0.11 and later start what is enabled by themselves; older ones are given the same by hand.
if not vim.lsp.config then
  local configurations = {}
  vim.lsp.config = function(name, configuration)
    configurations[name] = configuration
  end
  vim.lsp.enable = function(name)
    local settings = vim.tbl_extend("force", configurations[name], { name = name })
    local client
    vim.api.nvim_create_autocmd("FileType", {
      pattern = settings.filetypes,
      callback = function(event)
        local marked = vim.fn.finddir(".git", vim.fn.fnamemodify(event.file, ":p:h") .. ";")
        settings.root_dir = vim.fn.fnamemodify(marked, ":p:h:h")
        client = client or vim.lsp.start_client(settings)
        vim.lsp.buf_attach_client(event.buf, client)
      end,
    })
  end
end

local function session()
  local folder = vim.env.ARMLINT_FOLDER
  vim.cmd("filetype on")
  dofile(vim.env.ARMLINT_SNIPPET)

  local rule = "adf/managed-runtime-location"
  vim.cmd("edit " .. vim.fn.fnameescape(folder .. "/integrationRuntime/ManagedNetworkRuntime.json"))
  if not check("shows the finding of a runtime in another region", wait(function() return of_rule(rule) end), rules()) then
    error("without a finding there is nothing to do")
  end
  local finding = of_rule(rule)
  local line = vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, true)[1]
  local covered = line:sub(finding.col + 1, finding.end_col)
  check("marks the region alone", covered == '"North Europe"', covered)
  check("says that it comes from armlint", finding.source == "armlint", finding.source)
  check("shows a high severity as an error", finding.severity == vim.diagnostic.severity.ERROR)

  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col + 1 })
  local chosen
  vim.ui.select = function(items, options, choose)
    chosen = items[1] and (options.format_item and options.format_item(items[1]) or "the first of them")
    choose(items[1])
  end
  vim.lsp.buf.code_action()
  check("offers code actions at the cursor", wait(function() return chosen end))
  check("the finding is gone when the first of them is applied", wait(function() return #found() == 0 end), rules())
  vim.cmd("silent write")
  local text = table.concat(vim.fn.readfile(vim.api.nvim_buf_get_name(0)), "\n")
  check("the file on disk is fixed", not text:find("North Europe", 1, true), text)
  vim.wait(500, function() return #found() > 0 end, 20)
  check("no finding is back after saving", #found() == 0, rules())

  vim.cmd("silent edit " .. vim.fn.fnameescape(folder .. "/linkedService/Orders.json"))
  check("shows the dangling reference of another file", wait(function() return of_rule("adf/dangling-reference") end), rules())
  vim.cmd("silent %s/KeyVualt/KeyVault/")
  check("and no more when it is typed away", wait(function() return not of_rule("adf/dangling-reference") end), rules())

  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  check("one server serves both files", #clients == 1, vim.inspect(vim.tbl_map(function(c) return c.name end, clients)))
  vim.fn.search('"OnPremises"')
  vim.cmd("normal! l")
  vim.lsp.buf.definition()
  local there = wait(function() return vim.api.nvim_buf_get_name(0):find("integrationRuntime/OnPremises.json", 1, true) end)
  check("goes to the runtime that a linked service names", there, vim.api.nvim_buf_get_name(0))

  local client = clients[1].id
  vim.lsp.stop_client(client)
  check("the server ends when it is stopped", wait(function() return vim.lsp.client_is_stopped(client) end))
end

local ran, fault = pcall(session)
check("the session runs to its end", ran, fault)
vim.cmd(failed == 0 and "qall!" or "cquit 1")
