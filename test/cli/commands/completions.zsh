# Prints the completions that zsh offers for a line: completions.zsh <script> <line>
# It types the line and a tab into a zsh in a pseudo-terminal, in which compadd prints what it is given.
zmodload zsh/zpty || exit 3
zpty z zsh -f -i
setup=$(mktemp)
cat > $setup <<'SETUP'
PROMPT=
autoload compinit
compinit -u -D
source $COMPLETION_SCRIPT
bindkey '^M' undefined
bindkey '^J' undefined
bindkey '^I' complete-word
mark () { echo -E - $'\0' }
compprefuncs=( mark )
comppostfuncs=( mark exit )
zstyle ':completion:*' insert-tab false
compadd () {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return $?
  fi
  typeset -a hits
  builtin compadd -A hits "$@"
  print -l -- $hits
  builtin compadd "$@"
}
echo ok
SETUP
zpty -w z "COMPLETION_SCRIPT=$1; source $setup"
repeat 8; do
  zpty -r z line
  [[ $line == ok* ]] && break
done
rm $setup
zpty -w z "$2"$'\t'
integer marks=0
while zpty -r z; do :; done | while IFS= read -r line; do
  if [[ $line == *$'\0\r' ]]; then
    (( marks++ )) && exit 0
    continue
  fi
  (( marks )) && echo -E - ${line%$'\r'}
done
