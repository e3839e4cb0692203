"""What Django does not say in Chinese about a password."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    def get_error_message(self):
        return f"密码太短，至少要 {self.min_length} 位。"

    def get_help_text(self):
        return f"至少 {self.min_length} 位。"
