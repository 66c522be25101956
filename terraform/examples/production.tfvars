#   cp examples/production.tfvars production.tfvars, fill in, terraform plan -out=plan -var-file=production.tfvars

environment = "production"
project     = "hire-gmail-production"
region      = "europe-west1"

domain          = "gmail.hire.example.com"
app_url         = "https://hire.example.com"
allowed_origins = ["https://hire.example.com"]
reply_domain    = "reply.hire.example.com"
oauth_client_id = "123456789012-production.apps.googleusercontent.com"

users = {
  issuer   = "https://login.hire.example.com"
  audience = "hire-gmail"
  jwks_url = "https://login.hire.example.com/.well-known/jwks.json"
}

backend_service_accounts = ["hire-backend@hire-production.iam.gserviceaccount.com"]
gateway_service_accounts = ["hire-mail-gateway@hire-production.iam.gserviceaccount.com"]

# Whom an alert is mailed to; a chat or a pager is made by hand and named in alert_channels or, for what somebody is called for at night, pager_channels.
alert_emails = ["hire-on-call@hire.example.com"]

# One version more after each new value: see README.md.
secret_versions = {
  oauth_client_secret = 1
  reply_keys          = 1
  report_keys         = 1
}

# An instance is kept where somebody would wait for one to start, and for Gmail's notifications.
sizes = {
  gmailnotify = { min_instances = 1 }
  sendmessage = { min_instances = 1 }
  threads     = { min_instances = 1 }
}
