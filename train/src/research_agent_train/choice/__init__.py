"""The model of question kinds: written phrases, questions of public sets with a teacher's labels, a linear fit."""
