# rules: what a value of each type looks like. The compiler has the same rules; a test compares them.

declare -A sw_rule_words=() sw_rule_accepts=() sw_rule_rejects=()
sw_rule_words[path]='an absolute path, without "." or ".." in it'
sw_rule_accepts[path]="^(/[^/]+)+\$"
sw_rule_rejects[path]="/\\.{1,2}(/|\$)"
sw_rule_words[url]='an http or https address'
sw_rule_accepts[url]="^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?\$"
sw_rule_words['url-or-none']='an http or https address, or nothing'
sw_rule_accepts['url-or-none']="^(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?)?\$"
sw_rule_words[identifier]='a name of letters, digits and _ . @ : + -, not beginning with a sign'
sw_rule_accepts[identifier]="^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\$"
sw_rule_words[identifiers]='names with one space between them'
sw_rule_accepts[identifiers]="^([A-Za-z0-9_][A-Za-z0-9_.@:+-]*( [A-Za-z0-9_][A-Za-z0-9_.@:+-]*)*)?\$"
sw_rule_words[version]='a version: a digit first, then letters, digits and . + ~ : -'
sw_rule_accepts[version]="^[0-9][A-Za-z0-9.+~:-]*\$"
sw_rule_words[integer]='a whole number, zero or more'
sw_rule_accepts[integer]="^(0|[1-9][0-9]{0,14})\$"
sw_rule_words[boolean]='yes or no'
sw_rule_accepts[boolean]="^(yes|no)\$"
sw_rule_words[fingerprint]='the 40 hexadecimal digits of a key fingerprint, in capitals'
sw_rule_accepts[fingerprint]="^[0-9A-F]{40}\$"
sw_rule_words[text]='text without control characters'
sw_rule_accepts[text]="^.*\$"
