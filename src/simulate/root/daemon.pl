#!/.model/bin/perl
# daemon ID FOLDER: a process that stands for a server: it is in FOLDER, does nothing, and tells the
# host when a signal ends it. Returns when the host knows of it.
my ($id, $folder) = @ARGV;
pipe my $ready, my $begun;
if (fork) {
  close $begun;
  <$ready>;
  exit 0;
}
chdir $folder;
setpgrp;
open STDIN,  '<', '/dev/null';
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
for my $signal (qw(INT TERM QUIT)) {
  $SIG{$signal} = sub { exec '/.model/shim', 'daemon-stopped', $id, $$ };
}
$SIG{HUP} = 'IGNORE';
if (!fork) { exec '/.model/shim', 'daemon-started', $id, getppid }
wait;
close $ready;
print $begun "\n";
close $begun;
sleep while 1;
