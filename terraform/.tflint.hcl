config {
  call_module_type = "local"
}

# Bundled with tflint, so nothing is downloaded. The rules for Google's resources are a plugin of their own, which comes from GitHub's releases alone.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

# Files are named by what they are about, here as in the module: there is no main.tf that everything begins in.
rule "terraform_standard_module_structure" {
  enabled = false
}
